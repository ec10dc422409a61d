"""What `morgue doctor` looks at: the software, the place of an archive, who holds it, and what is in it.

Nothing here changes anything, and nothing is taken for granted: an archive that is missing, damaged or another
program's gives findings, not errors.
"""
