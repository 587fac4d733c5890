"""Where ``hocba`` begins. It imports nothing before it runs.

Processes that check cards import the program's main module again, as ``multiprocessing`` does; the typesetter, the web
server and the object store would take half of the address space that such a process may have.
"""

WRONG_USAGE = 2
EXTRA_MISSING = (
    "Lệnh hocba cần các gói của dịch vụ thành phố: pip install 'hocba[city]'. Để kiểm tra học bạ, dùng hocba-verify.\n"
    "The command hocba needs the packages of the city's service: pip install 'hocba[city]'. "
    "To check report cards, use hocba-verify."
)


FILES_OF_ONE_USER = 0o077
"""The database, the cards and what is printed of them are people's data: nobody else on the machine reads them."""


def main() -> None:
    """Run the command."""
    import os  # noqa: PLC0415  # the reason is this module's docstring

    os.umask(FILES_OF_ONE_USER)
    try:
        from backend.cli import main as run  # noqa: PLC0415  # the reason is this module's docstring
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"backend", "verifier"}:
            raise
        import sys  # noqa: PLC0415  # as above

        sys.stderr.write(f"{EXTRA_MISSING}\n({error.name})\n")
        sys.exit(WRONG_USAGE)
    run()


if __name__ == "__main__":
    main()
