"""A timestamping authority of our own, by OpenSSL's `ts` command: no network."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NAME = "Quellin clock"

_CONFIGURATION = """
[tsa]
default_tsa = clock
[clock]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """A root and an authority below it, in a folder that is not there yet."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("openssl") is None:
            pytest.skip("needs openssl, which is the timestamping authority here")
        folder.mkdir()
        self._folder = folder
        (folder / "ts.cnf").write_text(_CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")
        (folder / "tsa.ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
        new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        self._run(
            "req", "-x509", *new, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Quellin root"
        )
        self._run("req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"/CN={NAME}")
        signed_by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
        self._run("x509", "-req", "-in", "tsa.csr", *signed_by, "-out", "tsa.pem", "-days", "30", "-extfile", "tsa.ext")

    @property
    def certificate(self) -> Path:
        """The root's certificate, which others trust."""
        return self._folder / "ca.pem"

    def answer(self, request: bytes) -> bytes:
        """Return the receipt for a request."""
        (self._folder / "request").write_bytes(request)
        self._run("ts", "-reply", "-config", "ts.cnf", "-section", "clock", "-queryfile", "request", "-out", "receipt")
        return (self._folder / "receipt").read_bytes()

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self._folder, capture_output=True, check=True)
