"""``python -m permcheck``."""

from permcheck.cli import main

if __name__ == "__main__":
    main()
