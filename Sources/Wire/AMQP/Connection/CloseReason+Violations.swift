import Messaging

// Every way in which a peer can break the protocol, with the code and words of RabbitMQ 3.10.8.
//
// Where 3.10.8 drops the connection without a word, hangs or answers 541 because its own decoder
// crashed, a code of the specification stands here instead; those say so.
extension CloseReason {
    /// The frame's end octet is not 0xCE; the stream is out of step.
    static func badFrameEnd(
        _ octet: UInt8, type: UInt8, payload: UnsafeRawBufferPointer
    ) -> CloseReason {
        CloseReason(
            .frameError,
            "type \(type), \(snippet(payload)): {invalid_frame_end_marker,\(octet)}")
    }

    static func frameTooLarge(_ payloadBytes: Int, type: UInt8, frameBytesMax: Int) -> CloseReason {
        let payloadBytesMax = frameBytesMax - Frame.overheadBytes
        return CloseReason(
            .frameError,
            "type \(type), all octets = <<>>: {frame_too_large,\(payloadBytes),\(payloadBytesMax)}")
    }

    /// No such frame type, or a frame too short for its type.
    static func unknownFrame(_ type: UInt8, _ payload: UnsafeRawBufferPointer) -> CloseReason {
        CloseReason(.frameError, "type \(type), \(snippet(payload)): unknown_frame")
    }

    /// A frame that may not come on this channel, or not yet.
    static func unexpectedFrame(_ type: UInt8, _ payload: UnsafeRawBufferPointer) -> CloseReason {
        CloseReason(.unexpectedFrame, "type \(type), \(snippet(payload))")
    }

    static let methodExpected = CloseReason(
        .unexpectedFrame, "expected method frame, got non method frame instead")

    static func headerExpected(_ id: MethodID) -> CloseReason {
        CloseReason(
            .unexpectedFrame,
            "expected content header for class \(id.classID), "
                + "got non content header frame instead", method: id)
    }

    static func headerOfOtherClass(_ classID: UInt16, _ id: MethodID) -> CloseReason {
        CloseReason(
            .unexpectedFrame,
            "expected content header for class \(id.classID), "
                + "got one for class \(classID) instead", method: id)
    }

    static func bodyExpected(_ id: MethodID) -> CloseReason {
        CloseReason(
            .unexpectedFrame, "expected content body, got non content body frame instead",
            method: id)
    }

    /// 3.10.8 waits for ever; the words are those of later versions.
    static func bodyTooLong(_ id: MethodID) -> CloseReason {
        CloseReason(
            .frameError, "content body frame exceeds remaining content size", method: id)
    }

    /// Closes the channel only. 3.10.8 says so after the whole body, this end at its announcement.
    static func bodyTooLarge(
        _ size: UInt64, bodyBytesMax: Int, _ id: MethodID
    ) -> CloseReason {
        CloseReason(
            .preconditionFailed,
            "message size \(size) is larger than configured max size \(bodyBytesMax)", method: id)
    }

    /// Closes the channel only. 3.10.8 has no limit for that but the frame's.
    static func propertiesTooLarge(
        _ size: Int, bytesMax: Int, _ id: MethodID
    ) -> CloseReason {
        CloseReason(
            .preconditionFailed,
            "size \(size) of the message's properties is larger than configured max size "
                + "\(bytesMax)", method: id)
    }

    /// Contents that are still coming hold more memory than a connection may have.
    static func tooMuchHeld(_ bytesMax: Int, _ id: MethodID) -> CloseReason {
        CloseReason(
            .resourceError, "unfinished messages exceed \(bytesMax) bytes", method: id)
    }

    /// 3.10.8 answers 541, as its decoder crashes.
    static func propertiesMalformed(_ id: MethodID) -> CloseReason {
        CloseReason(.syntaxError, "cannot decode the message's properties", method: id)
    }

    /// 3.10.8 drops the connection without a word.
    static func unknownMethod(_ id: MethodID) -> CloseReason {
        CloseReason(
            .notImplemented, "no method has class id \(id.classID) and method id \(id.methodID)",
            method: id)
    }

    /// A method that only the other role sends, or that belongs on channel 0.
    static func unimplementedMethod(_ id: MethodID) -> CloseReason {
        CloseReason(.commandInvalid, "unimplemented method", method: id)
    }

    static func undecodable(
        _ error: CodecError, arguments: UnsafeRawBufferPointer, _ id: MethodID
    ) -> CloseReason {
        switch error {
        case .malformedText: CloseReason(.frameError, "Malformed UTF-8 in shortstr")
        case .truncated, .trailingBytes:
            // A reply text has at most 255 bytes, so that many octets are enough.
            CloseReason(
                .frameError, "cannot decode <<\(octets(arguments.prefix(128)))>>", method: id)
        case .unknownFieldType, .nestedTooDeeply, .unknownProperty:
            // 3.10.8 drops the connection without a word.
            CloseReason(.syntaxError, "cannot decode a field table", method: id)
        }
    }

    static func channelNotOpen(_ id: MethodID) -> CloseReason {
        CloseReason(.channelError, "expected 'channel.open'", method: id)
    }

    static func channelOpenedTwice(_ id: MethodID) -> CloseReason {
        CloseReason(.channelError, "second 'channel.open' seen", method: id)
    }

    static func tooManyChannels(_ count: Int, channelsMax: UInt16) -> CloseReason {
        CloseReason(
            .notAllowed,
            "number of channels opened (\(count)) has reached "
                + "the negotiated channel_max (\(channelsMax))")
    }

    static func unexpectedMethod(inState state: String, _ id: MethodID) -> CloseReason {
        CloseReason(
            .channelError, "unexpected method in connection state \(state)", method: id)
    }

    static func immediateNotImplemented(_ id: MethodID) -> CloseReason {
        CloseReason(.notImplemented, "immediate=true", method: id)
    }

    static func inactiveFlowNotImplemented(_ id: MethodID) -> CloseReason {
        CloseReason(.notImplemented, "active=false", method: id)
    }

    // MARK: Handshake

    /// Only for a client's driver: there is no connection yet on which to send it.
    static let otherVersion = CloseReason(
        .notImplemented, "the server does not speak AMQP 0-9-1")

    static func loginRefused(mechanism: String) -> CloseReason {
        CloseReason(
            .accessRefused,
            "Login was refused using authentication mechanism \(mechanism). "
                + "For details see the broker logfile.")
    }

    static func unknownMechanism(_ mechanism: String) -> CloseReason {
        CloseReason(
            .commandInvalid, "unknown authentication mechanism '\(mechanism)'",
            method: MethodID(10, 11))
    }

    /// 3.10.8 only logs this; later versions send it.
    static func tuning(_ field: String, _ value: Int, _ limit: TuningLimit) -> CloseReason {
        let (comparison, bound, limitValue) =
            switch limit {
            case .minimum(let value): ("lower", "minimum", value)
            case .maximum(let value): ("higher", "maximum", value)
            }
        return CloseReason(
            .notAllowed,
            "negotiated \(field) = \(value) is \(comparison) than the \(bound) "
                + "allowed value (\(limitValue))", method: MethodID(10, 30))
    }

    enum TuningLimit {
        case minimum(Int)
        case maximum(Int)
    }
}

/// A payload's first octets as RabbitMQ shows them: text when all are printable, else numbers.
private func snippet(_ payload: UnsafeRawBufferPointer) -> String {
    let part = payload.prefix(16)
    let isText = !part.isEmpty && part.allSatisfy { (0x20...0x7E).contains($0) }
    let shown = isText ? "\"\(String(decoding: part, as: UTF8.self))\"" : octets(part)
    return "\(payload.count <= 16 ? "all" : "first 16") octets = <<\(shown)>>"
}

private func octets(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map(String.init).joined(separator: ",")
}
