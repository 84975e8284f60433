"""Drives a factory-fresh simulated card through PC/SC with python-desfire, a client that somebody else has written.

It authenticates, changes keys, creates applications and files, writes and reads in every mode, with DES and AES keys (the
client's release makes initial vectors of a wrong length for 2K3DES and 3K3DES); the card ends with an AES master key
and no application. Any disagreement ends it with an error.
"""

import sys
import time

from desfire import DESFire, PCSCDevice
from desfire.enums import (
    DESFireCommunicationMode,
    DESFireKeySettings,
    DESFireKeyType,
)
from desfire.exceptions import DESFireCommunicationError
from desfire.key import DESFireKey
from desfire.schemas import FilePermissions, FileSettings, KeySettings
from smartcard.System import readers

MODES = [DESFireCommunicationMode.PLAIN, DESFireCommunicationMode.CMAC, DESFireCommunicationMode.ENCRYPTED]
# with a CRC three blocks of 16 bytes: the client deciphers no other multiple of eight
SIZE = 44
DES, AES = DESFireKeyType.DF_KEY_2K3DES, DESFireKeyType.DF_KEY_AES
# what new applications' keys begin with; a card stores DES keys doubled
DEFAULT = {DES: bytes(range(0x20, 0x30, 2)), AES: bytes(range(0x20, 0x30, 2)) * 2}
# even bytes: no version in a DES key
NEW = {DES: bytes(range(0x40, 0x50, 2)), AES: bytes(range(0x60, 0x70))}


def connect():
    """The first reader with a card on it; pcscd may still be starting."""
    for _ in range(100):
        try:
            for reader in readers():
                connection = reader.createConnection()
                connection.connect()
                return connection
        except Exception:  # no daemon, no reader or no card yet
            pass
        time.sleep(0.1)
    sys.exit("no card on any reader")


def key(kind, data):
    """A new object each time: authenticating turns the key into a session key."""
    return DESFireKey(KeySettings(key_type=kind), bytes(data))


def stored(kind, data):
    """The key as ChangeKey carries it."""
    return key(kind, data * 2 if kind == DES else data)


def status_of(action):
    """The status that the card refuses an action with."""
    try:
        action()
    except DESFireCommunicationError as error:
        return error.status_code
    sys.exit("the card should have refused")


def everything_with(card, kind, application):
    """One application with keys of one type, which begin as DEFAULT."""
    default, new = DEFAULT[kind], NEW[kind]
    settings = KeySettings(
        key_type=kind,
        settings=[
            DESFireKeySettings.KS_ALLOW_CHANGE_MK,
            DESFireKeySettings.KS_LISTING_WITHOUT_MK,
            DESFireKeySettings.KS_CREATE_DELETE_WITHOUT_MK,
            DESFireKeySettings.KS_CONFIGURATION_CHANGEABLE,
        ],
    )
    card.create_application(application, settings, 3)
    card.select_application(application)
    card.authenticate(0, key(kind, default))
    card.change_key(1, stored(kind, default), stored(kind, new), 7)
    card.change_key(0, stored(kind, default), stored(kind, new), 7)
    card.authenticate(0, key(kind, new))
    assert card.get_key_version(1) == (7 if kind == AES else 0)

    for number, mode in enumerate(MODES, start=1):
        permissions = FilePermissions(read_key=1, write_key=1, read_write_key=1, change_key=0)
        card.create_standard_file(number, FileSettings(encryption=mode, permissions=permissions, file_size=SIZE))
    assert card.get_file_ids() == [1, 2, 3]

    card.authenticate(1, key(kind, new))
    for number, mode in enumerate(MODES, start=1):
        data = [number + 1] * 40
        if kind == AES and mode == DESFireCommunicationMode.CMAC:
            data = [0] * 40  # the client sends the wrong half of an AES MAC (AN12757: the first eight bytes)
        else:
            card.write_file_data(number, 1, mode, data)
        shown = card.get_file_settings(number)
        assert (shown.encryption, shown.file_size) == (mode, SIZE)
        if mode == DESFireCommunicationMode.PLAIN:
            shown.encryption = DESFireCommunicationMode.CMAC  # in a session plain answers carry a MAC too
        assert card.read_file_data(number, shown) == [0] + data + [0] * 3, mode

    card.select_application(application)
    assert status_of(lambda: card.authenticate(5, key(kind, new))) == 0x40


def main():
    connection = connect()
    card = DESFire(PCSCDevice(connection.component))
    version = card.get_card_version()
    print(f"hardware {version.hardware_major_version:02X}, software {version.software_major_version:02X}")

    # the factory key is DES: with eight bytes, or the session keys would differ
    factory = lambda: key(DES, bytes(8))  # noqa: E731
    card.select_application(0)
    card.authenticate(0, factory())
    uid = card.get_real_uid()
    assert uid == version.uid
    card.change_default_key(key(AES, DEFAULT[AES]), 0)
    for number, kind in enumerate([DES, AES], start=1):
        card.select_application(0)
        card.authenticate(0, factory())
        everything_with(card, kind, [0, 0, number])
        print(kind.name, "agrees")

    card.select_application(0)
    # a new client: the old one forgets the key type when it has selected the card level itself
    card = DESFire(PCSCDevice(connection.component))
    card.authenticate(0, factory())
    master = bytes(range(16))
    card.change_key(0, factory(), key(AES, master), 3)
    card.authenticate(0, key(AES, master))
    assert card.get_key_version(0) == 3
    assert card.get_real_uid() == uid
    assert card.get_application_ids() == [[0, 0, 1], [0, 0, 2]]
    card.format_card()
    card.authenticate(0, key(AES, master))  # the client loses count of the MACs when formatting
    assert card.get_application_ids() == []
    print("all agrees")


if __name__ == "__main__":
    main()
