/// What a frame is, by its type and the least that such a frame holds.
enum FrameKind {
    case method
    case header
    case body
    case heartbeat
    case unknown

    init(_ type: UInt8, _ payload: UnsafeRawBufferPointer) {
        switch type {
        case Frame.methodType where payload.count >= 4: self = .method
        case Frame.headerType where payload.count >= Frame.contentHeaderBytes: self = .header
        case Frame.bodyType: self = .body
        case Frame.heartbeatType where payload.isEmpty: self = .heartbeat
        default: self = .unknown
        }
    }
}
