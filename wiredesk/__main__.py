"""`python -m wiredesk`: the command line."""

from wiredesk.cli import main

main()
