"""Worker processes, which read what may be hostile: limits, messages, and the pool that keeps the order.

docs/adr/0014-workers.md. Imported only where something is read in a process of its own.
"""
