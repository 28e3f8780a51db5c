"""The model's process: llama.cpp's own server on a loopback port.

Run by path with `--port P --weights FILE` and the key in MODEL_API_KEY; port 0 takes a
free one. Prints `listening http://127.0.0.1:P` when it answers and ends at SIGTERM.
"""

import argparse
import os
import signal
import sys

NAME = "smollm2"
SLOTS = 4
CONTEXT_TOKENS_PER_SLOT = 2048


def main() -> None:
    """Serve until a signal comes."""
    try:
        import xllamacpp
    except ImportError as error:
        sys.exit(f"llama.cpp (package xllamacpp) does not run on this machine: {error}")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--weights", required=True)
    options = parser.parse_args()
    signals = {signal.SIGTERM, signal.SIGINT}
    # Before any thread of the server starts: they must not take the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    server = xllamacpp.Server(parameters(xllamacpp, options.weights, options.port))
    print(f"listening {server.listening_address}", flush=True)
    # Nobody reads the pipe after that line.
    os.dup2(2, 1)
    signal.sigwait(signals)
    # Requests in flight are not waited for.
    os._exit(0)


def parameters(xllamacpp, weights: str, port: int):  # type: ignore[no-untyped-def]
    """Sensible for a small model beside other servers on two cores."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = weights
    chosen.model_alias = {NAME}
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = port
    chosen.api_keys = [os.environ["MODEL_API_KEY"]]
    chosen.n_parallel = SLOTS
    chosen.n_ctx = SLOTS * CONTEXT_TOKENS_PER_SLOT
    chosen.cont_batching = True
    # With two, each waits for the other hundreds of times per token. On two cores shared
    # with anything else that gave 1 token a second (0.9 to 3), one thread gives 30 to 70.
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = 1
    # Remembered prompts would grow to gigabytes.
    chosen.cache_ram_mib = 0
    chosen.cache_idle_slots = False
    chosen.ui = False
    chosen.endpoint_slots = False
    return chosen


if __name__ == "__main__":
    main()
