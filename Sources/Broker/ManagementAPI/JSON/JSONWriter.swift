/// Writes JSON straight into bytes, without a tree of values between.
///
/// Commas come by themselves: whoever writes a value or a key after another one needs none. A list
/// of 10,000 queues is some ten million bytes, so nothing here allocates but the bytes themselves.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(capacity: Int = 0) { self.bytes.reserveCapacity(capacity) }

    mutating func beginObject() { self.open(UInt8(ascii: "{")) }
    mutating func endObject() { self.close(UInt8(ascii: "}")) }
    mutating func beginArray() { self.open(UInt8(ascii: "[")) }
    mutating func endArray() { self.close(UInt8(ascii: "]")) }

    mutating func object(_ body: (inout Self) -> Void) {
        self.beginObject()
        body(&self)
        self.endObject()
    }

    mutating func array(_ body: (inout Self) -> Void) {
        self.beginArray()
        body(&self)
        self.endArray()
    }

    /// Begins a field whose name needs no escapes.
    mutating func key(_ name: StaticString, _ suffix: StaticString = "") {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        self.append(name)
        self.append(suffix)
        self.bytes.append(UInt8(ascii: "\""))
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    /// Begins a field of any name.
    mutating func key(named name: String) {
        self.string(name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    // MARK: Values

    mutating func string(_ text: String) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { self.escape($0) }
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ value: Int64) {
        if value < 0 {
            self.separate()
            self.bytes.append(UInt8(ascii: "-"))
            self.needsComma = false
        }
        self.integer(value.magnitude)
    }

    mutating func integer(_ value: UInt64) {
        self.separate()
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { buffer in
            var (rest, place) = (value, 20)
            repeat {
                place -= 1
                buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            self.bytes.append(contentsOf: buffer[place..<20])
        }
    }

    /// A number that JSON does not know, such as infinity, becomes null.
    mutating func double(_ value: Double) {
        guard value.isFinite else { return self.null() }
        self.separate()
        if value == 0 {
            self.append("0.0")
        } else {
            self.bytes.append(contentsOf: value.description.utf8)
        }
    }

    mutating func bool(_ value: Bool) {
        self.separate()
        self.append(value ? "true" : "false")
    }

    mutating func null() {
        self.separate()
        self.append("null")
    }

    /// A value that is JSON already.
    mutating func raw(_ json: some Sequence<UInt8>) {
        self.separate()
        self.bytes.append(contentsOf: json)
    }

    // MARK: Bytes

    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        self.separate()
        self.bytes.append(bracket)
        self.needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        self.bytes.append(bracket)
        self.needsComma = true
    }

    private mutating func append(_ text: StaticString) {
        self.bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Source: RFC 8259, section 7.
    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                continue
            }
            self.bytes.append(contentsOf: text[start..<index])
            start = index + 1
            self.bytes.append(UInt8(ascii: "\\"))
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): self.bytes.append(byte)
            case 0x0A: self.bytes.append(UInt8(ascii: "n"))
            case 0x0D: self.bytes.append(UInt8(ascii: "r"))
            case 0x09: self.bytes.append(UInt8(ascii: "t"))
            default:
                self.append("u00")
                self.bytes.append(Self.hexadecimal(byte >> 4))
                self.bytes.append(Self.hexadecimal(byte & 15))
            }
        }
        self.bytes.append(contentsOf: text[start...])
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
