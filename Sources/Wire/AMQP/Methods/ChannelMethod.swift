import Messaging

/// The methods of class `channel` (AMQP 0-9-1, 1.3.2).
package enum ChannelMethod: Hashable, Sendable {
    case open
    case openOK
    case flow(isActive: Bool)
    case flowOK(isActive: Bool)
    case close(CloseReason)
    case closeOK
}

extension ChannelMethod {
    /// The method's id within its class.
    var number: UInt16 {
        switch self {
        case .open: 10
        case .openOK: 11
        case .flow: 20
        case .flowOK: 21
        case .close: 40
        case .closeOK: 41
        }
    }

    /// Decodes the arguments of the method with that id; nil when the class has none such.
    init?(_ number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 10:
            self = .open
            _ = try reader.readShortBytes()  // out of band, reserved
        case 11:
            self = .openOK
            _ = try reader.readLongSlice()  // channel id, reserved
        case 20: self = .flow(isActive: try reader.readBits().contains(0))
        case 21: self = .flowOK(isActive: try reader.readBits().contains(0))
        case 40: self = .close(try CloseReason(from: &reader))
        case 41: self = .closeOK
        default: return nil
        }
    }

    func encodeArguments(into writer: inout ByteWriter) {
        switch self {
        case .open: writer.writeShortString("")  // out of band, reserved
        case .openOK: writer.writeLongBytes([])  // channel id, reserved
        case .flow(let isActive), .flowOK(let isActive): writer.writeBits(isActive)
        case .close(let reason): reason.encode(into: &writer)
        case .closeOK: break
        }
    }
}
