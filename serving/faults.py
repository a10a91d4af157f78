"""Where a fault arose, in the log."""

import traceback

import structlog

_log = structlog.get_logger("serving.middleware")


def log_fault(error: Exception) -> None:
    """Log where a fault arose; its message is left out, since it may quote a person's data."""
    _log.error(
        "unexpected_fault",
        error=type(error).__name__,
        where="".join(traceback.format_tb(error.__traceback__)),
    )
