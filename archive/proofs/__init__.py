"""Proofs: what somebody without the archive can check. Signed checkpoints, bundles, timestamps of others."""
