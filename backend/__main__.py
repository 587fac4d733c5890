"""Where ``hocba`` begins. It imports nothing before it runs.

Processes that check cards import the program's main module again, as ``multiprocessing`` does; the typesetter, the web
server and the object store would take half of the address space that such a process may have.
"""


def main() -> None:
    """Run the command."""
    from backend.cli import main as run  # noqa: PLC0415  # the reason is this module's docstring

    run()


if __name__ == "__main__":
    main()
