"""``python -m mirrortheory``: the command line."""

from mirrortheory.cli import main

if __name__ == "__main__":
    main()
