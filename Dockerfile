# One image for web, beat and worker; the command says which one it is.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DATA_DIR=/data

# The model's OpenMP library: the one thing that no wheel can be asked for.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home scheduler && install -d -o scheduler /data
WORKDIR /app

# Before the code, so that a change of code installs nothing anew. Every package has a
# wheel: there is no compiler in here.
COPY requirements.txt .
RUN pip install --no-deps --only-binary :all: -r requirements.txt

COPY . .
RUN python -m compileall -q accounts agents console feed hooks schedules scheduler_project

USER scheduler
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "uvicorn", "scheduler_project.asgi:application", "--host", "0.0.0.0", "--port", "8000", \
    "--ws-max-size", "16384", "--ws-per-message-deflate", "false"]
