"""Promises of the repository about itself; each rule is also shown to catch a planted violation."""
