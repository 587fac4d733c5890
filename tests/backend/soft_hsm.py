"""An HSM for the tests: SoftHSM2 with a token in a folder of its own, filled by its own tool."""

import os
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backend.signing.pkcs11_token import HsmToken

MODULES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"))
PIN = "mã-pin-2026"
TOKEN = "hocba thử nghiệm"  # noqa: S105  # the name of an HSM's token


class SoftHsm:
    """One token per test run. SoftHSM reads its folder from the environment, once a process."""

    def __init__(self, folder: Path) -> None:
        self.module = next(path for path in MODULES if path.exists())
        self.pin_file = folder / "pin"
        self.pin_file.write_text(f"{PIN}\n")
        self._folder = folder
        self._count = 0
        (folder / "tokens").mkdir()
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        self.add_token(TOKEN)

    def add_token(self, label: str) -> None:
        """A further token; before the module is loaded."""
        self._run("--init-token", "--free", "--label", label, "--so-pin", "so-pin-2026", "--pin", PIN)

    def add_key(self, label: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
        """Put a key into the token."""
        self._count += 1
        file = self._folder / f"{self._count}.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._run("--import", str(file), "--token", TOKEN, "--label", label, "--id", f"{self._count:04x}", "--pin", PIN)
        file.unlink()

    def token(self, *, label: str = TOKEN, pin_file: Path | None = None) -> HsmToken:
        """What the service opens."""
        return HsmToken(self.module, label=label, pin_file=pin_file or self.pin_file)

    def _run(self, *arguments: str) -> None:
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)
