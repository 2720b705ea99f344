import Messaging

/// The methods of class `confirm`, RabbitMQ's extension for publisher confirms.
package enum ConfirmMethod: Hashable, Sendable {
    case select(noWait: Bool)
    case selectOK
}

/// The methods of class `tx` (AMQP 0-9-1, 1.3.6).
package enum TxMethod: Hashable, Sendable {
    case select
    case selectOK
    case commit
    case commitOK
    case rollback
    case rollbackOK
}

extension ConfirmMethod {
    /// The method's id within its class.
    var number: UInt16 {
        switch self {
        case .select: 10
        case .selectOK: 11
        }
    }

    /// Decodes the arguments of the method with that id; nil when the class has none such.
    init?(_ number: UInt16, from reader: inout ByteReader) throws(CodecError) {
        switch number {
        case 10: self = .select(noWait: try reader.readBits().contains(0))
        case 11: self = .selectOK
        default: return nil
        }
    }

    func encodeArguments(into writer: inout ByteWriter) {
        switch self {
        case .select(let noWait): writer.writeBits(noWait)
        case .selectOK: break
        }
    }
}

extension TxMethod {
    /// The method's id within its class.
    var number: UInt16 {
        switch self {
        case .select: 10
        case .selectOK: 11
        case .commit: 20
        case .commitOK: 21
        case .rollback: 30
        case .rollbackOK: 31
        }
    }

    /// The method with that id, which has no arguments; nil when the class has none such.
    init?(_ number: UInt16) {
        switch number {
        case 10: self = .select
        case 11: self = .selectOK
        case 20: self = .commit
        case 21: self = .commitOK
        case 30: self = .rollback
        case 31: self = .rollbackOK
        default: return nil
        }
    }
}
