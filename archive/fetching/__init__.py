"""Fetching: pages from the web, each with the capture that says how it came.

`web` is what the way in knows of it, `fetcher` what a program may use by itself. Nothing is imported here: only who is
given a URL pays for HTTP.
"""
