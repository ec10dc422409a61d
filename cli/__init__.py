"""The command line of morgue: one file a command, each parses its options, calls one function and renders."""
