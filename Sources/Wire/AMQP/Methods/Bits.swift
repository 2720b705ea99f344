import Messaging

/// Consecutive boolean arguments, packed into one octet from the lowest bit (AMQP 0-9-1, 4.2.5.2).
///
/// No method has more than eight.
struct Bits {
    private let octet: UInt8
    init(octet: UInt8) { self.octet = octet }

    func contains(_ index: Int) -> Bool { self.octet & (1 << index) != 0 }
}

extension ByteReader {
    mutating func readBits() throws(CodecError) -> Bits { Bits(octet: try self.readUInt8()) }
}

extension ByteWriter {
    mutating func writeBits(_ bits: Bool...) {
        var octet: UInt8 = 0
        for (index, bit) in bits.enumerated() where bit { octet |= 1 << index }
        self.writeUInt8(octet)
    }
}
