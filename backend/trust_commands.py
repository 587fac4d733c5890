"""``hocba trust``: the trust list, from the folder it is written down in to the city that takes it in.

``begin`` and ``import`` run on the city's machine; ``new-key``, ``check`` and ``sign`` on the offline one, without any
setting.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Final

import click
import msgspec
from cryptography.hazmat.primitives.serialization import Encoding

from backend.certificates.sign_trust_list import is_encrypted, load_trust_key, new_trust_key, sign_trust_list
from backend.certificates.trust_folder import (
    ROOTS,
    TRUST_FILE,
    TrustFolder,
    TrustFolderError,
    read_trust_folder,
)
from backend.command_context import city_here, json_option, now_here
from backend.console import list_answer, print_json, print_lists, print_rows
from backend.signing.keys import OrganisationKeys
from verifier.certificate import common_name, fingerprint, load_certificate
from verifier.cose import es256_key_of
from verifier.trust import KeyPurpose, trust_anchor_of

_PURPOSES: Final = {
    "capsule": KeyPurpose.CAPSULE,
    "status": KeyPurpose.STATUS,
    "registry": KeyPurpose.REGISTRY,
    "pdf_seal": KeyPurpose.PDF_SEAL,
}
"""By field of ``OrganisationKeys``."""
_folder = click.Path(exists=True, file_okay=False, path_type=Path)
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_output = click.Path(dir_okay=False, path_type=Path)
_demo = click.option("--demo", is_flag=True, help="Cho thành phố mẫu / A demo's authorities are accepted.")


@click.group()
def trust() -> None:
    """Danh sách tin cậy / The trust list: the department's keys and the authorities it accepts."""


@trust.command("new-key")
@click.argument("output", type=_output)
@click.password_option(help="Mật khẩu của tệp khóa / The key file's password.")
@json_option
def new_key_command(output: Path, *, password: str, as_json: bool) -> None:
    """Tạo khóa tin cậy trên máy ngoại tuyến / Make the trust key, offline; prints the anchor for HOCBA_TRUST_ANCHOR."""
    pem, anchor = new_trust_key(password)
    _write_new(output, pem)
    if as_json:
        print_json({"trust_anchor": anchor})
    else:
        print_rows([("HOCBA_TRUST_ANCHOR", anchor)])


@trust.command("begin")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--code", required=True, help="Mã Sở / The department's code.")
@click.option("--vi", required=True, help="Tên Sở / Its Vietnamese name.")
@click.option("--en", required=True, help="Tên tiếng Anh / Its English name.")
@click.option("--years", type=click.IntRange(1, 30), default=10, show_default=True, help="Trust key's years.")
def begin_command(folder: Path, *, code: str, vi: str, en: str, years: int) -> None:
    """Soạn thư mục tin cậy từ khóa của Sở / Begin the folder with the certificates of the department's own keys."""
    city = city_here()
    keys, public_url = city.keys, city.settings.public_url
    (folder / ROOTS).mkdir(parents=True, exist_ok=True)
    today = now_here().date()
    department = {"code": code, "vi": vi, "en": en, "public_url": public_url}
    lines = ["[department]", *(f"{key} = {_quoted(value)}" for key, value in department.items())]
    lines += ["", "[trust_key]", f"from = {today.isoformat()}", f"until = {today.year + years}-12-31"]
    for field, pem in _own_certificates(keys).items():
        name = f"{field.replace('_', '-')}.pem"
        _write_new(folder / name, pem)
        lines += ["", "[[keys]]", f"purpose = {_quoted(_PURPOSES[field].value)}", f"certificate = {_quoted(name)}"]
    _write_new(folder / TRUST_FILE, ("\n".join(lines) + "\n").encode())
    click.echo(folder / TRUST_FILE)


@trust.command("check")
@click.argument("folder", type=_folder)
@_demo
@json_option
def check_command(folder: Path, *, demo: bool, as_json: bool) -> None:
    """Xem và kiểm tra trước khi ký / Look at what would be signed: keys, authorities, fingerprints, sources."""
    found = read_trust_folder(folder, demo_accepted=demo, now=now_here())
    if as_json:
        print_json(_told(found))
        return
    print_rows([("Sở / Department", f"{found.department.code}  {found.department.vi}")])
    print_rows([("Mã QR dẫn tới / QR codes lead to", found.department.public_url or "?")])
    for key in _told_keys(found):
        print_rows([(key["purpose"], f"{key['name']}  {key['until']}  {key['sha256']}")])
    for root in _told_roots(found):
        print_rows([(root["uses"], f"{root['name']}  {root['sha256']}"), ("  Nguồn / Source", root["source"])])


@trust.command("sign")
@click.argument("folder", type=_folder)
@click.option("--key", "key_file", type=_file, required=True, help="Tệp khóa tin cậy / The trust key's file.")
@click.option("--output", type=_output, required=True, help="Tệp sẽ ghi / The list to write.")
@click.option("--days", type=click.IntRange(1, 400), default=365, show_default=True, help="Hiệu lực / Valid for.")
@_demo
@json_option
def sign_command(folder: Path, *, key_file: Path, output: Path, days: int, demo: bool, as_json: bool) -> None:
    """Ký danh sách tin cậy trên máy ngoại tuyến / Sign the list, offline."""
    now = now_here()
    found = read_trust_folder(folder, demo_accepted=demo, now=now)
    pem = key_file.read_bytes()
    password = click.prompt("Mật khẩu / Password", hide_input=True, err=True) if is_encrypted(pem) else None
    key = load_trust_key(pem, password)
    _write_new(output, sign_trust_list(found, key, validity=timedelta(days=days), now=now))
    anchor = trust_anchor_of(es256_key_of(key.public_key))
    if as_json:
        print_json({"trust_anchor": anchor, "output": str(output)})
    else:
        print_rows([("HOCBA_TRUST_ANCHOR", anchor), ("Tệp / File", output)])


@trust.command("import")
@click.argument("file", type=_file)
@json_option
def import_command(file: Path, *, as_json: bool) -> None:
    """Nhận danh sách đã ký / Take a signed list in; one that is older or of another key is refused."""
    city = city_here()
    now = now_here()
    city.publisher.take_trust_list(file.read_bytes(), now)
    lists = [list_answer(signed) for signed in city.publisher.publish(now)]
    if as_json:
        print_json({"lists": lists})
    else:
        print_lists(lists)


def _own_certificates(keys: OrganisationKeys) -> dict[str, bytes]:
    found = {}
    for field in _PURPOSES:
        certificate = getattr(keys, field).certificate
        if certificate is None:
            raise TrustFolderError("trust_key_missing", file=TRUST_FILE, purpose=_PURPOSES[field].value)
        found[field] = certificate.public_bytes(Encoding.PEM)
    return found


def _told(folder: TrustFolder) -> dict[str, object]:
    return {
        "department": msgspec.to_builtins(folder.department),
        "keys": _told_keys(folder),
        "roots": _told_roots(folder),
    }


def _told_keys(folder: TrustFolder) -> list[dict[str, str]]:
    told = []
    for key in folder.keys:
        certificate = load_certificate(key.certificate or b"")
        told.append(
            {
                "purpose": key.purpose.value,
                "name": common_name(certificate) or "",
                "until": key.valid_until.date().isoformat(),
                "sha256": fingerprint(certificate).hex(),
            }
        )
    return told


def _told_roots(folder: TrustFolder) -> list[dict[str, str]]:
    return [
        {
            "uses": " ".join(use.value for use in root.uses),
            "name": common_name(root.certificate) or "",
            "sha256": fingerprint(root.certificate).hex(),
            "source": f"{root.source}, {root.obtained:%d/%m/%Y}",
        }
        for root in folder.roots
    ]


def _quoted(text: str) -> str:
    """A TOML basic string escapes as JSON does."""
    return msgspec.json.encode(text).decode()


def _write_new(path: Path, content: bytes) -> None:
    """Write a file for this user alone; one that is there is never overwritten."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise TrustFolderError("trust_file_there", file=path.name) from error
    except OSError as error:
        raise TrustFolderError("trust_file_unwritable", file=path.name) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
