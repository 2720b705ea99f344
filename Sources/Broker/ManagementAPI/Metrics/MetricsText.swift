/// Prometheus' text format, version 0.0.4.
///
/// Source: Prometheus documentation, "Exposition formats".
struct MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge
    }

    private(set) var bytes: [UInt8] = []

    /// Begins a family: what follows of that name belongs to it.
    mutating func family(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
        self.bytes += "# TYPE \(name) \(kind.rawValue)\n# HELP \(name) \(help)\n".utf8
    }

    /// A sample with labels such as `{vhost="/",queue="q"}`; without when they are empty.
    mutating func sample(_ name: StaticString, _ labels: [UInt8] = [], _ value: UInt64) {
        self.append(name)
        self.bytes += labels
        self.bytes.append(UInt8(ascii: " "))
        self.bytes += String(value).utf8
        self.bytes.append(UInt8(ascii: "\n"))
    }

    mutating func sample(_ name: StaticString, _ labels: [UInt8] = [], _ value: Int) {
        self.sample(name, labels, UInt64(clamping: value))
    }

    mutating func sample(_ name: StaticString, _ labels: [UInt8] = [], seconds value: Double) {
        self.sample(name, labels, amount: value)
    }

    mutating func sample(_ name: StaticString, _ labels: [UInt8] = [], amount value: Double) {
        self.append(name)
        self.bytes += labels
        self.bytes += " \(value)\n".utf8
    }

    /// A family of one sample without labels.
    mutating func single(
        _ name: StaticString, _ kind: Kind, _ help: StaticString, _ value: UInt64
    ) {
        self.family(name, kind, help)
        self.sample(name, [], value)
    }

    mutating func single(
        _ name: StaticString, _ kind: Kind, _ help: StaticString, _ value: Int
    ) {
        self.single(name, kind, help, UInt64(clamping: value))
    }

    private mutating func append(_ text: StaticString) {
        self.bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Labels as they stand behind a name, their values escaped.
    static func labels(_ labels: (StaticString, String)...) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(ascii: "{")]
        for (index, (name, value)) in labels.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += "\(name)=\"".utf8
            for byte in value.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
                case UInt8(ascii: "\""): bytes += #"\""#.utf8
                case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
