/// Writes the JSON of invented orders.
///
/// ```
/// {"id":88213,"customer":"C-10432","amount":129.90,"currency":"EUR","sku":"SKU-4711","quantity":2}
/// ```
enum OrderBody {
    /// About how long an order is without a note to fill it up.
    static let bytesTypical = 96

    private static let currencies = ["EUR", "USD", "GBP", "CHF", "SEK", "PLN"]

    /// Appends one order, with a note that fills it up to `bytesMin`.
    static func append(
        id: UInt64, bytesMin: Int, random: inout LoadRandom, to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        self.append("{\"id\":", id, to: &bytes)
        self.append(",\"customer\":\"C-", UInt64(10_000 + random.draw(below: 9_000)), to: &bytes)
        self.append("\",\"amount\":", UInt64(3 + random.draw(below: 480)), to: &bytes)
        let cents = random.draw(below: 100)
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "0") + UInt8(cents / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(cents % 10))
        bytes.append(contentsOf: ",\"currency\":\"".utf8)
        bytes.append(contentsOf: self.currencies[random.draw(below: self.currencies.count)].utf8)
        self.append("\",\"sku\":\"SKU-", UInt64(1_000 + random.draw(below: 9_000)), to: &bytes)
        self.append("\",\"quantity\":", UInt64(1 + random.draw(below: 5)), to: &bytes)
        let noteEnds = ",\"note\":\"\"}".utf8.count
        let missing = bytesMin - (bytes.count - start) - noteEnds
        if missing > 0 {
            bytes.append(contentsOf: ",\"note\":\"".utf8)
            bytes.append(contentsOf: repeatElement(UInt8(ascii: "."), count: missing))
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
    }

    private static func append(_ text: StaticString, _ number: UInt64, to bytes: inout [UInt8]) {
        bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
