import Messaging

/// The numbers of AMQP 0-9-1's framing (section 4.2.3).
enum Frame {
    static let methodType: UInt8 = 1
    static let headerType: UInt8 = 2
    static let bodyType: UInt8 = 3
    static let heartbeatType: UInt8 = 8
    static let end: UInt8 = 0xCE

    /// Type, channel and payload size.
    static let headBytes = 7
    /// The head and the end octet.
    static let overheadBytes = 8
    /// Class, weight and body size, before the property flags.
    static let contentHeaderBytes = 12

    /// `AMQP` 0 0 9 1: what a client sends first, and a server answers to anything else.
    static let protocolHeader: [UInt8] = [0x41, 0x4D, 0x51, 0x50, 0, 0, 9, 1]
}

extension MethodID {
    static let basicPublish = MethodID(60, 40)
    static let basicReturn = MethodID(60, 50)
    static let basicDeliver = MethodID(60, 60)
    static let basicGetOK = MethodID(60, 71)
    static let basicAck = MethodID(60, 80)
    static let channelClose = MethodID(20, 40)
    static let channelCloseOK = MethodID(20, 41)

    /// The ids at the start of a method frame's payload, which has at least four bytes.
    init(_ payload: UnsafeRawBufferPointer) {
        self.init(
            payload.bigEndian(at: 0, as: UInt16.self), payload.bigEndian(at: 2, as: UInt16.self))
    }

    /// Both ids as they stand in a payload.
    @inline(__always)
    var packed: UInt32 { UInt32(self.classID) << 16 | UInt32(self.methodID) }

    /// Whether a content header and body follow the method.
    var hasContent: Bool {
        switch self {
        case .basicPublish, .basicReturn, .basicDeliver, .basicGetOK: true
        default: false
        }
    }
}
