"""Bundles: what they prove, what they keep back, and that no byte of them can be changed."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import lookup, merkle
from archive.archive import Archive
from archive.errors import DamagedError, ErasedError, InvalidValueError, NoSuchArticleError, NotProvedError
from archive.ids import new_id
from archive.merkle import prove_inclusion
from archive.new_events import NewEvent, article_amended
from archive.proofs import check_proof
from archive.proofs.bundle import decode_bundle, encode_bundle
from archive.proofs.checking import ProvedConsistency, ProvedInclusion, check_bundle
from archive.proofs.key_history import current_key, rotate
from archive.proofs.note import SigningKey, encode_base64, sign
from archive.proofs.proving import find_event, prove_event, prove_growth
from archive.proofs.signing import sign_checkpoint
from tests.archive import raw
from tests.archive.making import add_all, numbered, submission
from tests.archive.proofs.bundles import changed, holds
from tests.archive.test_erased_parts import erase

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKER = Path(check_proof.__file__)


def proved(archive: Archive, encoded: bytes) -> ProvedInclusion:
    result = check_bundle(encoded, [current_key(archive)])
    assert isinstance(result, ProvedInclusion)
    return result


def bundle_of(archive: Archive, identifier: str = "1", **options: Any) -> bytes:
    return prove_event(archive, find_event(archive, identifier), sign_checkpoint(archive), **options)


def test_a_bundle_proves_what_an_article_says_and_when_it_was_recorded(keyed: Archive) -> None:
    encoded = bundle_of(keyed)
    found, version = proved(keyed, encoded), keyed.version(1)
    assert found.values["title"] == "A gull at the lock"
    assert found.values["url"] == "https://courier.example/gull"
    assert found.digest == version.article.digest
    assert found.original == keyed.original(version)
    assert (found.events[0].index, found.events[0].envelope.time) == (1, version.recorded)
    assert (found.checkpoint.size, found.checkpoint.root) == (keyed.size(), keyed.root())
    assert found.events[0].hidden == ()
    assert holds(encoded, str(current_key(keyed)))


@pytest.mark.parametrize("identifier", ["0", "1", "4", "https://courier.example/tide", "n-2"])
def test_every_kind_of_event_can_be_proved(keyed: Archive, identifier: str) -> None:
    encoded = bundle_of(keyed, identifier)
    event = proved(keyed, encoded).events[0]
    assert event.envelope == keyed.event(event.index).envelope
    assert holds(encoded, str(current_key(keyed)))
    # An event's own id names it, too.
    assert bundle_of(keyed, event.envelope.id) == encoded


def test_what_is_not_there_cannot_be_proved(keyed: Archive) -> None:
    with pytest.raises(NoSuchArticleError):
        find_event(keyed, "99")


def test_parts_can_be_kept_back(keyed: Archive) -> None:
    encoded = bundle_of(keyed, without=["origin"])
    found = proved(keyed, encoded)
    assert found.events[0].hidden == ("origin",)
    assert keyed.version(1).article.origin.path.encode() not in encoded
    assert proved(keyed, bundle_of(keyed, only=["article"])).original is None
    nothing = proved(keyed, bundle_of(keyed, only=[]))
    assert (nothing.values, nothing.digest) == ({}, None)
    assert holds(encoded, str(current_key(keyed)))
    with pytest.raises(InvalidValueError, match="it has: article, origin, original"):
        bundle_of(keyed, without=["orign"])


def read_again(archive: Archive, position: int) -> int:
    """Record a further reading of the bytes of a version; return its position."""
    version = archive.version(position)
    article = attrs.evolve(version.article, text_is_original=False)
    amended = article_amended(
        article_id=version.article_id, article=article, text="Read again.", run_id=new_id(), amends=version.event_id
    )
    with archive.store.appending() as appender:
        return appender.append(amended, [lookup.article_key(version.article_id)])[0]


def test_a_new_reading_is_proved_with_the_bytes_that_it_is_of(keyed: Archive) -> None:
    version = keyed.version(read_again(keyed, 1))
    encoded = bundle_of(keyed, str(version.position))
    found = proved(keyed, encoded)
    assert [event.index for event in found.events] == [version.position, 1]
    assert found.original == keyed.original(version)
    assert holds(encoded, str(current_key(keyed)))
    assert len(proved(keyed, bundle_of(keyed, str(version.position), only=["article"])).events) == 2
    assert len(proved(keyed, bundle_of(keyed, str(version.position), only=["text"])).events) == 1
    latest = read_again(keyed, version.position)
    found = proved(keyed, bundle_of(keyed, str(latest)))
    assert [event.index for event in found.events] == [latest, version.position, 1]
    # The bytes of another event do not go for those that were read.
    document = json.loads(encoded)
    document["events"][1] = json.loads(bundle_of(keyed, "2"))["events"][0]
    assert not holds(canonical(document), str(current_key(keyed)))
    document["events"] = document["events"][::-1]
    assert not holds(canonical(document), str(current_key(keyed)))


def test_a_version_that_follows_on_another_is_no_new_reading_of_it(keyed: Archive) -> None:
    add_all(keyed, [submission("It flew off.", title="A gull at the lock", url="https://courier.example/gull")])
    revised = keyed.versions(keyed.version(1).article_id)[-1]
    assert keyed.event(revised.position).envelope.causation == keyed.version(1).event_id
    document = json.loads(bundle_of(keyed, str(revised.position), only=["article"]))
    assert holds(canonical(document), str(current_key(keyed)))
    document["events"] += json.loads(bundle_of(keyed, "1", only=["article"]))["events"]
    assert not holds(canonical(document), str(current_key(keyed)))
    # Nor is it the one that a new reading of the first version is of.
    again = json.loads(bundle_of(keyed, str(read_again(keyed, 1)), only=["article"]))
    assert holds(canonical(again), str(current_key(keyed)))
    again["events"][1] = json.loads(bundle_of(keyed, str(revised.position), only=["article"]))["events"][0]
    assert not holds(canonical(again), str(current_key(keyed)))


def test_a_new_reading_ahead_of_what_it_reads_is_refused(keyed: Archive) -> None:
    # Whoever writes a log can know an id before it is given: here, that of the version at 1, once more further down.
    first = read_again(keyed, 1)
    forged = keyed.event(first).envelope
    later = attrs.evolve(keyed.event(1).envelope, id=new_id())
    with keyed.store.appending() as appender:
        appender.adopt(attrs.evolve(forged, id=new_id(), causation=later.id, commitments={}), [], [])
        appender.adopt(attrs.evolve(later, commitments={}), [], [])
    size = keyed.size()
    ahead = json.loads(bundle_of(keyed, str(size - 1)))
    proof = prove_inclusion(size - 2, size, keyed.store)
    reading = {
        "envelope": keyed.event(size - 2).encoded.decode(),
        "index": size - 2,
        "parts": {},
        "proof": [encode_base64(step) for step in proof],
    }
    assert holds(canonical({**ahead, "events": [reading]}), str(current_key(keyed)))
    assert not holds(canonical({**ahead, "events": [reading, *ahead["events"]]}), str(current_key(keyed)))


def test_an_original_that_is_not_the_articles_is_refused(keyed: Archive) -> None:
    other = {name: keyed.store.part(1, name) for name in ("article", "origin")}
    with keyed.store.appending() as appender:
        appender.append(
            NewEvent(
                type="morgue.article.added.v1",
                subject=new_id(),
                correlation=new_id(),
                parts={**other, "original": b"Something else."},
            )
        )
    line = str(current_key(keyed))
    with pytest.raises(DamagedError, match="digest"):
        bundle_of(keyed, "5")
    document = json.loads(bundle_of(keyed, "5", without=["original"]))
    assert holds(canonical(document), line)
    salt = keyed.store.stored_chunks(5, "original")[0].salt
    shown = {"content": encode_base64(b"Something else."), "salt": encode_base64(salt)}
    document["events"][0]["parts"]["original"] = shown
    assert not holds(canonical(document), line)


def test_checkpoints_of_two_logs_are_not_compared() -> None:
    one, other = SigningKey("morgue.invalid/one", bytes(32)), SigningKey("morgue.invalid/other", bytes(32))
    lines = (str(one.verifier), str(other.verifier))

    def growth(old: str, new: str) -> bytes:
        return canonical({"format": "morgue.consistency.v1", "new": new, "old": old, "proof": []})

    def signed(key: SigningKey, origin: str) -> str:
        return sign(f"{origin}\n1\n{encode_base64(bytes(32))}\n", key)

    assert holds(growth(signed(one, one.name), signed(one, one.name)), *lines)
    assert not holds(growth(signed(one, one.name), signed(other, other.name)), *lines)
    # Nor is a log that the key does not name the key's own.
    assert not holds(growth(signed(one, other.name), signed(one, other.name)), *lines)


def test_of_an_erased_version_it_is_proved_that_it_was_recorded(keyed: Archive) -> None:
    before, version = bundle_of(keyed), keyed.version(1)
    erase(keyed, 1)
    encoded = bundle_of(keyed)
    found = proved(keyed, encoded)
    assert found.events[0].hidden == ("article", "origin", "original")
    assert (found.values, found.digest, found.events[0].envelope.id) == ({}, None, version.event_id)
    assert bundle_of(keyed, version.article_id) == encoded
    assert holds(encoded, str(current_key(keyed)))
    with pytest.raises(ErasedError):
        bundle_of(keyed, only=["article"])
    # A proof that was handed out earlier still holds: nothing takes it back.
    assert proved(keyed, before).values["title"] == "A gull at the lock"


def test_a_proof_against_an_earlier_checkpoint_needs_no_new_one(keyed: Archive) -> None:
    published = sign_checkpoint(keyed)
    add_all(keyed, numbered(3))
    encoded = prove_event(keyed, find_event(keyed, "1"), published)
    assert json.loads(encoded)["checkpoint"] == published
    with pytest.raises(InvalidValueError, match="later checkpoint"):
        prove_event(keyed, find_event(keyed, "6"), published)
    with pytest.raises(NotProvedError):
        prove_event(keyed, find_event(keyed, "1"), published.replace("\n5\n", "\n4\n"))


def test_the_signature_of_a_witness_is_left_out(keyed: Archive) -> None:
    published = sign_checkpoint(keyed)
    text = published.partition("\n\n")[0] + "\n"
    witness = sign(text, SigningKey("witness.example", bytes(32))).rpartition("\n\n")[2]
    encoded = prove_event(keyed, find_event(keyed, "1"), published + witness)
    assert json.loads(encoded)["checkpoint"] == published
    document = json.loads(encoded)
    document["checkpoint"] += witness
    assert not holds(canonical(document), str(current_key(keyed)))


def test_growth_is_proved_between_two_checkpoints_also_of_two_keys(keyed: Archive) -> None:
    first_key, old = current_key(keyed), sign_checkpoint(keyed)
    add_all(keyed, numbered(4))
    new = sign_checkpoint(keyed)
    encoded = prove_growth(keyed, old, new)
    result = check_bundle(encoded, [first_key])
    assert isinstance(result, ProvedConsistency)
    assert (result.old.size, result.new.size) == (5, 10)
    assert holds(encoded, str(first_key))
    assert holds(prove_growth(keyed, old, old), str(first_key))
    with pytest.raises(InvalidValueError, match="not the earlier"):
        prove_growth(keyed, new, old)
    second = rotate(keyed).key
    encoded = prove_growth(keyed, old, sign_checkpoint(keyed))
    assert holds(encoded, str(first_key), str(second))
    assert not holds(encoded, str(second))


SIGNER = SigningKey("morgue.invalid/x", bytes(32))


def growth(old: tuple[int, bytes], new: tuple[int, bytes], *proof: bytes, origin: str = SIGNER.name) -> bytes:
    """Return a bundle about two checkpoints that one key has signed, whatever they state."""
    signed = [sign(f"{origin}\n{size}\n{encode_base64(root)}\n", SIGNER) for size, root in (old, new)]
    steps = [encode_base64(step) for step in proof]
    return canonical({"format": "morgue.consistency.v1", "old": signed[0], "new": signed[1], "proof": steps})


def test_a_checkpoint_of_another_log_is_refused_though_the_key_signed_it() -> None:
    at = (1, bytes(32))
    assert holds(growth(at, at), str(SIGNER.verifier))
    assert not holds(growth(at, at, origin="morgue.invalid/y"), str(SIGNER.verifier))


@pytest.mark.parametrize(
    ("old", "new", "proof", "expected"),
    [
        ((0, merkle.EMPTY_ROOT), (3, bytes(32)), (), True),
        ((0, bytes(32)), (3, bytes(32)), (), False),
        ((0, merkle.EMPTY_ROOT), (3, bytes(32)), (bytes(32),), False),
        ((0, merkle.EMPTY_ROOT), (0, merkle.EMPTY_ROOT), (), True),
        ((3, bytes(32)), (3, bytes(32)), (), True),
        ((3, bytes(32)), (3, bytes(32)), (bytes(32),), False),
        ((3, bytes(32)), (3, b"\x01" * 32), (), False),
        ((3, bytes(32)), (2, bytes(32)), (), False),
        ((1, bytes(32)), (2, merkle.node_hash(bytes(32), bytes(32))), (bytes(32),), True),
        ((1, bytes(32)), (2, merkle.node_hash(bytes(32), bytes(32))), (), False),
        ((1, bytes(32)), (2, merkle.node_hash(bytes(32), bytes(32))), (bytes(32), bytes(32)), False),
        ((1, b"\x01" * 32), (2, merkle.node_hash(bytes(32), bytes(32))), (bytes(32),), False),
    ],
)
def test_what_the_standard_leaves_open_is_decided_alike(
    old: tuple[int, bytes], new: tuple[int, bytes], proof: tuple[bytes, ...], expected: bool
) -> None:
    assert holds(growth(old, new, *proof), str(SIGNER.verifier)) is expected


def test_no_byte_of_a_proof_can_be_changed(keyed: Archive) -> None:
    line, encoded = str(current_key(keyed)), bundle_of(keyed, "2")
    assert holds(encoded, line)
    assert [one for one in changed(encoded) if one != encoded and holds(one, line)] == []


def test_no_byte_of_a_proof_of_growth_can_be_changed(keyed: Archive) -> None:
    line, old = str(current_key(keyed)), sign_checkpoint(keyed)
    add_all(keyed, numbered(3))
    encoded = prove_growth(keyed, old, sign_checkpoint(keyed))
    assert holds(encoded, line)
    assert [one for one in changed(encoded) if one != encoded and holds(one, line)] == []


def test_another_key_opens_nothing(keyed: Archive) -> None:
    encoded = bundle_of(keyed)
    assert not holds(encoded, str(SigningKey(current_key(keyed).name, bytes(32)).verifier))
    assert not holds(encoded)


def canonical(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def edits() -> list[tuple[str, Callable[[dict[str, Any]], None]]]:
    """Changes that keep the form of a bundle canonical: only what it says is another."""

    def event(key: str, value: object) -> Callable[[dict[str, Any]], None]:
        return lambda document: document["events"][0].update({key: value})

    def part(key: str, value: str) -> Callable[[dict[str, Any]], None]:
        return lambda document: document["events"][0]["parts"]["article"].update({key: value})

    return [
        ("member", lambda document: document.update(note="x")),
        ("member of event", event("note", "x")),
        ("member of part", part("note", "x")),
        ("no checkpoint", lambda document: document.pop("checkpoint")),
        ("no events", lambda document: document.update(events=[])),
        ("events no list", lambda document: document.update(events={})),
        ("event twice", lambda document: document["events"].append(document["events"][0])),
        ("format", lambda document: document.update(format="morgue.proof.v2")),
        ("other format", lambda document: document.update(format="morgue.consistency.v1")),
        ("index", event("index", 3)),
        ("index true", event("index", True)),
        ("index float", event("index", 1.0)),
        ("index negative", event("index", -1)),
        ("index text", event("index", "1")),
        ("index beyond", event("index", 10**30)),
        ("proof shorter", lambda document: document["events"][0]["proof"].pop()),
        ("proof longer", lambda document: document["events"][0]["proof"].append(encode_base64(bytes(32)))),
        ("proof null", event("proof", None)),
        ("proof of texts", event("proof", ["", ""])),
        ("envelope", event("envelope", "{}")),
        ("envelope null", event("envelope", None)),
        ("envelope no json", event("envelope", "{")),
        ("parts list", event("parts", [])),
        ("part renamed", lambda document: _rename(document["events"][0]["parts"])),
        ("salt empty", part("salt", "")),
        ("salt other", part("salt", encode_base64(bytes(32)))),
        ("origin other", lambda document: document["events"][0]["parts"]["origin"].update(content="e30=")),
        ("salt of origin into content", lambda document: _shift(document["events"][0]["parts"]["origin"])),
        ("base64 spelled otherwise", lambda document: _respell(document["events"][0]["parts"]["origin"])),
        ("salts swapped", lambda document: _swap_salts(document["events"][0]["parts"])),
        ("part that the event has not", lambda document: _copy(document["events"][0]["parts"], "article", "text")),
        ("content other", part("content", encode_base64(b"{}"))),
        ("salt into content", lambda document: _shift(document["events"][0]["parts"]["article"])),
        ("signature twice", lambda document: document.update(checkpoint=_doubled(document["checkpoint"]))),
        ("checkpoint null", lambda document: document.update(checkpoint=None)),
        (
            "checkpoint of more",
            lambda document: document.update(checkpoint=document["checkpoint"].replace("\n5\n", "\n6\n")),
        ),
    ]


def _rename(parts: dict[str, Any]) -> None:
    parts["origin"], parts["article"] = parts["article"], parts["origin"]


def _swap_salts(parts: dict[str, Any]) -> None:
    one, other = parts["origin"], parts["original"]
    one["salt"], other["salt"] = other["salt"], one["salt"]


def _copy(parts: dict[str, Any], name: str, other: str) -> None:
    parts[other] = parts[name]


def _respell(part: dict[str, str]) -> None:
    # Of the last digit, two bits stand for nothing: they must be zero.
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    salt = part["salt"]
    part["salt"] = salt[:-2] + digits[digits.index(salt[-2]) + 1] + salt[-1]


def _shift(part: dict[str, str]) -> None:
    import base64

    salt, content = base64.b64decode(part["salt"]), base64.b64decode(part["content"])
    part["salt"], part["content"] = encode_base64(salt[:-1]), encode_base64(salt[-1:] + content)


def _doubled(signed: str) -> str:
    return signed + signed.rpartition("\n\n")[2]


@pytest.mark.parametrize(("what", "edit"), edits(), ids=[what for what, _ in edits()])
def test_what_a_bundle_says_cannot_be_changed_in_canonical_form_either(
    keyed: Archive, what: str, edit: Callable[[dict[str, Any]], None]
) -> None:
    document = json.loads(bundle_of(keyed))
    line = str(current_key(keyed))
    assert holds(canonical(document), line)
    edit(document)
    assert not holds(canonical(document), line)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=200)
@given(value=JSON, places=st.lists(st.integers(0, 30), max_size=6))
def test_no_value_anywhere_makes_a_traceback(value: object, places: list[int]) -> None:
    """A value of any kind put anywhere in a bundle is refused, and by both in their own words."""
    line = str(SigningKey("morgue.invalid/x", bytes(32)).verifier)
    part = {"content": "", "salt": encode_base64(bytes(32))}
    document: Any = {
        "checkpoint": sign(
            "morgue.invalid/x\n1\n" + encode_base64(bytes(32)) + "\n", SigningKey("morgue.invalid/x", bytes(32))
        ),
        "events": [{"envelope": "{}", "index": 0, "parts": {"article": part}, "proof": []}],
        "format": "morgue.proof.v1",
    }
    holder: Any = document
    for place in places:
        names = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        name = names[place % len(names)]
        if not isinstance(holder[name], (dict, list)) or not holder[name]:
            holder[name] = value
            break
        holder = holder[name]
    assert not holds(
        json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")
        + b"\n",
        line,
    )


@given(st.binary(max_size=200))
def test_no_bytes_make_a_traceback(encoded: bytes) -> None:
    assert not holds(encoded, str(SigningKey("a", bytes(32)).verifier))


@pytest.mark.parametrize(
    "encoded", [b"[" * 100_000, b"1" * 10_000, b'"\\ud800"\n', b"\xff", b"null\n", b'{"format":[]}\n']
)
def test_what_is_no_bundle_is_refused(encoded: bytes) -> None:
    assert not holds(encoded, str(SigningKey("a", bytes(32)).verifier))


def test_a_bundle_that_is_read_is_written_as_it_was(keyed: Archive) -> None:
    for encoded in (bundle_of(keyed), prove_growth(keyed, sign_checkpoint(keyed), sign_checkpoint(keyed))):
        assert encode_bundle(decode_bundle(encoded)) == encoded


def test_an_original_of_many_chunks_is_proved(keyed: Archive) -> None:
    text = "The tide came in, and went out again.\n" * 40_000
    add_all(keyed, [submission(text, title="Tides")])
    found = proved(keyed, bundle_of(keyed, "5"))
    assert found.digest == sha256(text.encode()).hexdigest()


def test_a_damaged_event_is_not_proved(keyed: Archive) -> None:
    signed = sign_checkpoint(keyed)
    with raw.unguarded(keyed.path) as log:
        log.execute("UPDATE event SET envelope = replace(envelope, '.added.', '.eaten.') WHERE position = 1")
    with Archive.open(keyed.path) as again, pytest.raises(DamagedError):
        prove_event(again, again.event(1), signed)


def test_the_stand_alone_program_needs_nothing_of_morgue(keyed: Archive, tmp_path: Path) -> None:
    source = CHECKER.read_text("utf-8")
    assert len(source.splitlines()) <= 150
    imports = [line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert set(imports) - set(sys.stdlib_module_names) == {"cryptography"}
    (tmp_path / "check.py").write_text(source, "utf-8")
    (tmp_path / "proof.json").write_bytes(bundle_of(keyed))
    (tmp_path / "changed.json").write_bytes(bundle_of(keyed).replace(b'"index":1', b'"index":2'))

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "check.py", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    line = str(current_key(keyed))
    done = run("proof.json", line)
    assert (done.returncode, done.stderr) == (0, "")
    assert "A gull at the lock" in done.stdout
    assert keyed.id in done.stdout
    assert run("changed.json", line).returncode == 5
    assert run("proof.json", str(SigningKey(line.partition("+")[0], bytes(32)).verifier)).returncode == 5
    assert run("proof.json", "nonsense").returncode == 5
    assert run("proof.json").returncode == 2
