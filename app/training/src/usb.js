// A simulated reader in the shape of WebUSB's USBDevice (https://wicg.github.io/webusb/), as strict as Chrome is.

export function random(bytes) {
  crypto.getRandomValues(bytes);
}

const PROTECTED = "The requested interface implements a protected class.";
/** An Isolated Web App may claim protected classes. */
const unrestricted = () => Boolean((document.permissionsPolicy ?? document.featurePolicy)?.allowsFeature("usb-unrestricted"));
const gone = () => new DOMException("The device was disconnected.", "NotFoundError");

/** What the descriptor tells: configurations with interfaces and endpoints. */
function described(bytes) {
  const interfaces = [];
  let at = 0;
  while (at + 2 <= bytes.length && bytes[at] >= 2) {
    const [, kind] = bytes.subarray(at);
    if (kind === 4) {
      const alternate = {
        alternateSetting: bytes[at + 3],
        interfaceClass: bytes[at + 5],
        interfaceSubclass: bytes[at + 6],
        interfaceProtocol: bytes[at + 7],
        interfaceName: null,
        endpoints: [],
      };
      interfaces.push({ interfaceNumber: bytes[at + 2], claimed: false, alternate, alternates: [alternate] });
    } else if (kind === 5) {
      interfaces.at(-1).alternate.endpoints.push({
        endpointNumber: bytes[at + 2] & 0x0f,
        direction: bytes[at + 2] & 0x80 ? "in" : "out",
        type: ["control", "isochronous", "bulk", "interrupt"][bytes[at + 3] & 3],
        packetSize: bytes[at + 4] | (bytes[at + 5] << 8),
      });
    }
    at += bytes[at];
  }
  return { configurationValue: bytes[5], configurationName: null, interfaces };
}

/** A USBDevice in front of a simulated reader. */
export class SimulatedUsb {
  #reader;
  #waiting = [];
  #timer = null;
  #held;
  opened = false;

  /** `held`: somebody else has its interfaces. */
  constructor(reader, held) {
    this.#reader = reader;
    this.#held = held;
    this.vendorId = reader.vendorId;
    this.productId = reader.productId;
    this.productName = reader.productName;
    this.manufacturerName = reader.manufacturerName;
    this.serialNumber = "";
    this.configuration = described(reader.configuration());
    this.configurations = [described(reader.configuration())];
  }

  get reader() {
    return this.#reader;
  }

  async open() {
    if (this.#reader.control(0x80, 6, 0x0100, 0, 18, new Uint8Array()).status === "gone") throw gone();
    this.opened = true;
  }

  async close() {
    this.opened = false;
    for (const one of this.configuration.interfaces) one.claimed = false;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(new DOMException("The transfer was cancelled.", "AbortError"));
  }

  async selectConfiguration() {}

  async claimInterface(number) {
    const one = this.configuration.interfaces.find((found) => found.interfaceNumber === number);
    if (!one) throw new DOMException("The interface number provided is not supported by the device.", "NotFoundError");
    if (one.alternate.interfaceClass === 0x0b && !unrestricted()) throw new DOMException(PROTECTED, "SecurityError");
    if (this.#held) throw new DOMException("Unable to claim interface.", "NetworkError");
    one.claimed = true;
  }

  async releaseInterface(number) {
    const one = this.configuration.interfaces.find((found) => found.interfaceNumber === number);
    if (one) one.claimed = false;
  }

  async reset() {}

  async clearHalt(direction, endpoint) {
    const address = endpoint | (direction === "in" ? 0x80 : 0);
    this.#reader.control(0x02, 1, 0, address, 0, new Uint8Array());
    this.#pump();
  }

  async controlTransferIn({ request, value, index }, length) {
    const { status, data } = this.#reader.control(0x80, request, value, index, length, new Uint8Array());
    if (status === "gone") throw gone();
    return { status, data: new DataView(data.buffer) };
  }

  async transferOut(endpoint, data) {
    this.#claimed(endpoint, "out");
    const bytes = new Uint8Array(ArrayBuffer.isView(data) ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data);
    const { status } = this.#reader.write(endpoint, bytes);
    if (status === "gone") throw gone();
    this.#pump();
    return { status, bytesWritten: bytes.length };
  }

  async transferIn(endpoint, length) {
    this.#claimed(endpoint, "in");
    return new Promise((resolve, reject) => {
      this.#waiting.push({ endpoint: endpoint | 0x80, length, resolve, reject });
      this.#pump();
    });
  }

  #claimed(number, direction) {
    const has = (one) => one.claimed && one.alternate.endpoints.some((end) => end.endpointNumber === number && end.direction === direction);
    if (!this.opened || !this.configuration.interfaces.some(has)) {
      throw new DOMException("The specified endpoint is not part of a claimed and selected alternate interface.", "NotFoundError");
    }
  }

  /** Something was laid down, taken away or plugged. */
  changed() {
    this.#pump();
  }

  /** Gives what has come to who waits for it, and comes back when more is due. */
  #pump() {
    this.#waiting = this.#waiting.filter((one) => {
      const { status, data } = this.#reader.read(one.endpoint, one.length);
      if (status === "pending") return true;
      if (status === "gone") one.reject(gone());
      else one.resolve({ status, data: status === "ok" ? new DataView(data.buffer) : null });
      return false;
    });
    clearTimeout(this.#timer);
    if (!this.#waiting.length) return;
    const next = this.#reader.untilNext();
    const wait = Math.max(1, next < 0 ? 20 : Math.min(next / 1000, 20));
    this.#timer = setTimeout(() => {
      this.#reader.advance(wait * 1000);
      this.#pump();
    }, wait);
  }
}
