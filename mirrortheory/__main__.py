"""``python -m mirrortheory``: the command line."""

from mirrortheory.cli.commands import main

if __name__ == "__main__":
    main()
