"""The bare framework: one async route that returns a constant, on the server that ours runs on."""

import sys

import uvicorn
from fastapi import FastAPI, Response


def bare_app(size: int) -> FastAPI:
    """Return an app whose one route returns a body of a size, without token or store."""
    app = FastAPI()
    body = b'"' + b"x" * (size - 2) + b'"'

    @app.get("/v1/teachers/{teacher_id}/suggestions")
    async def constant(teacher_id: str, k: int = 10) -> Response:  # noqa: ARG001 - read as ours reads them
        return Response(body, media_type="application/json")

    return app


def main() -> None:
    """Serve: the arguments are port and size."""
    port, size = int(sys.argv[1]), int(sys.argv[2])
    uvicorn.run(
        bare_app(size),
        host="127.0.0.1",
        port=port,
        access_log=False,
        server_header=False,
        log_config=None,
    )


if __name__ == "__main__":
    main()
