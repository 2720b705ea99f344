/// Writes JSON straight into bytes, without a tree of values between.
///
/// Commas come by themselves: whoever writes a value or a key after another one needs none. A list
/// of 10,000 queues is some ten million bytes, so nothing here allocates but the bytes themselves.
package struct JSONWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false
    /// What is left out of the object that is being written; nil where all of it is wanted.
    private var filter: JSONFilter?

    /// How far it was.
    struct Mark {
        fileprivate let bytesCount: Int
        fileprivate let needsComma: Bool
    }

    package init(capacity: Int = 0) { self.bytes.reserveCapacity(capacity) }

    mutating func object(_ body: (inout Self) -> Void) {
        guard self.filter != nil else {
            return self.enclose(in: UInt8(ascii: "{"), UInt8(ascii: "}"), body)
        }
        self.filteredObject(body)
    }

    mutating func array(_ body: (inout Self) -> Void) {
        guard self.takesValue() else { return }
        // Whatever is wanted of an array is all of it.
        let filter = exchange(&self.filter, with: nil)
        self.enclose(in: UInt8(ascii: "["), UInt8(ascii: "]"), body)
        self.filter = filter
    }

    /// An object with no other fields than those.
    ///
    /// - Parameter selection: nil is all of them.
    mutating func object(only selection: JSONSelection?, _ body: (inout Self) -> Void) {
        self.filter = selection.map { JSONFilter(selection: $0) }
        self.enclose(in: UInt8(ascii: "{"), UInt8(ascii: "}"), body)
        self.filter = nil
    }

    /// Forgets what was written, but keeps the memory.
    mutating func clear() {
        self.bytes.removeAll(keepingCapacity: true)
        self.needsComma = false
    }

    /// Begins a field whose name needs no escapes.
    mutating func key(_ name: StaticString, _ suffix: StaticString = "") {
        guard self.filter == nil || self.takesField(Self.bytes(of: name), Self.bytes(of: suffix))
        else { return }
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
        if self.filter != nil {
            var name = name
            guard name.withUTF8({ self.takesField($0, Self.bytes(of: "")) }) else { return }
        }
        self.quote(name)
        self.bytes.append(UInt8(ascii: ":"))
        self.needsComma = false
    }

    // MARK: Values

    mutating func string(_ text: String) {
        guard self.takesValue() else { return }
        self.quote(text)
    }

    private mutating func quote(_ text: String) {
        self.separate()
        self.bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { self.escape($0) }
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func integer(_ value: Int64) {
        guard self.takesValue() else { return }
        self.separate()
        if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
        self.digits(value.magnitude)
    }

    mutating func integer(_ value: UInt64) {
        guard self.takesValue() else { return }
        self.separate()
        self.digits(value)
    }

    private mutating func digits(_ value: UInt64) {
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
        guard self.takesValue() else { return }
        self.separate()
        if value == 0 {
            self.append("0.0")
        } else {
            self.bytes.append(contentsOf: value.description.utf8)
        }
    }

    mutating func bool(_ value: Bool) {
        guard self.takesValue() else { return }
        self.separate()
        self.append(value ? "true" : "false")
    }

    mutating func null() {
        guard self.takesValue() else { return }
        self.separate()
        self.append("null")
    }

    // MARK: What is left out

    /// Whether anything of a field is wanted.
    private mutating func takesField(
        _ name: UnsafeBufferPointer<UInt8>, _ suffix: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard let filter = self.filter else { return true }
        guard let field = filter.selection.field(name, suffix, in: filter.object) else {
            self.filter?.choice = .nothing
            return false
        }
        self.filter?.choice =
            field.isWhole
            ? .all
            : .parts(
                of: field.place,
                since: Mark(bytesCount: self.bytes.count, needsComma: self.needsComma))
        return true
    }

    /// Whether a value that is no object is wanted.
    private mutating func takesValue() -> Bool {
        guard self.filter != nil else { return true }
        return self.takesFilteredValue()
    }

    private mutating func takesFilteredValue() -> Bool {
        switch self.filter?.choice {
        case .nothing: return false
        case .parts(_, since: let mark):
            self.bytes.removeLast(self.bytes.count - mark.bytesCount)
            self.needsComma = mark.needsComma
            return false
        case .all, nil: return true
        }
    }

    private mutating func filteredObject(_ body: (inout Self) -> Void) {
        guard let filter = self.filter else { return }
        switch filter.choice {
        case .nothing: return
        case .all: self.filter = nil
        case .parts(let object, _): self.filter?.object = object
        }
        self.enclose(in: UInt8(ascii: "{"), UInt8(ascii: "}"), body)
        self.filter = filter
    }

    // MARK: Bytes

    private mutating func separate() {
        if self.needsComma { self.bytes.append(UInt8(ascii: ",")) }
        self.needsComma = true
    }

    private mutating func enclose(
        in opening: UInt8, _ closing: UInt8, _ body: (inout Self) -> Void
    ) {
        self.separate()
        self.bytes.append(opening)
        self.needsComma = false
        body(&self)
        self.bytes.append(closing)
        self.needsComma = true
    }

    private mutating func append(_ text: StaticString) {
        self.bytes.append(contentsOf: Self.bytes(of: text))
    }

    private static func bytes(of text: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
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
