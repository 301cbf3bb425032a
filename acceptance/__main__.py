"""`python -m acceptance`."""

from acceptance.command import main

if __name__ == "__main__":
    main()
