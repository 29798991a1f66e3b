"""No copy of the memory of this process is ever written to the disk: it holds sessions, and tables of identities on their way."""

import resource


def forbid() -> None:
    """Forbid core dumps, for this process and those that it starts, for good."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
