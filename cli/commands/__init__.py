"""The commands. A module here is imported when its command is called: see `cli.app`."""
