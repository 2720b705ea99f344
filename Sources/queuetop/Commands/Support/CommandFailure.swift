import AMQPClient
import ArgumentParser
import BrokerLink
import ConsoleRuntime
import Messaging
import Transfer

/// Why a command did not do what was asked: a sentence, and the exit code of `ExitStatus`.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    let status: ExitStatus

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    init(_ failure: StartFailure) {
        self.init(ExitStatus(rawValue: failure.exitCode.rawValue) ?? .internalError, "\(failure)")
    }

    init(_ error: LinkError) {
        // Whoever stopped it took the answer away: nobody is to look for a broker that is there.
        if Task.isCancelled, case .disconnected = error {
            self.init(.outcomeUnknown, "Stopped by you.")
            return
        }
        let status: ExitStatus =
            switch error {
            case .queueNotFound, .exchangeNotFound, .connectionNotFound, .consumerNotFound,
                .noCircuitBreaker, .virtualHostNotFound:
                .noInput
            case .queueInUse, .refused, .declined, .tooIntrusive, .loginRefused: .notAllowed
            case .lost: .dataError
            case .unsupported, .disconnected, .notAttempted: .unavailable
            case .outcomeUnknown, .endedAtLimit, .returning: .outcomeUnknown
            }
        self.init(status, Sentence.ended(error.commandSentence))
    }

    init(_ error: AuditError) { self.init(.cannotCreate, "Nothing was done. \(error)") }

    init(_ error: AMQPClientError) {
        let status: ExitStatus =
            switch error {
            case .unreachable, .handshakeFailed, .noChannelLeft, .connectionClosed,
                .connectionLost:
                .unavailable
            // 530 is both: whom it does not let in, and what is not there.
            case .virtualHostRefused(_, let text) where text.contains("not found"): .noInput
            case .loginRefused, .virtualHostRefused: .notAllowed
            case .channelClosed(let reason):
                reason.code == ReplyCode.notFound.rawValue ? .noInput : .notAllowed
            case .protocolViolation, .closedByClient, .unexpectedReply: .internalError
            }
        self.init(status, Sentence.ended("\(error)"))
    }

    /// Who read standard output has read enough, as `head` does: no fault of anybody's.
    static let unread = CommandFailure(.success, "Nobody reads standard output any more.")

    var isUnread: Bool { self.status == .success }

    /// Says it on standard error and ends the program.
    func endProgram() -> Never {
        if !self.isUnread { StandardStream.error.write("queuetop: \(self)\n") }
        self.status.endProgram()
    }
}

extension LinkError {
    /// The error without what only a person at a console can do about it.
    fileprivate var commandSentence: String {
        switch self {
        case .queueNotFound(let queue):
            "There is no queue \(queue). `queuetop queues` lists those that there are."
        case .exchangeNotFound(let exchange):
            "There is no exchange \(exchange)."
        case .disconnected(let reason), .loginRefused(let reason): "Not connected: \(reason)."
        case .virtualHostNotFound(let host): "There is no virtual host \(host)."
        case .tooIntrusive(let queue, let intrusion):
            "Looking into \(queue) \(intrusion.consequence). Allow it with --force."
        case .connectionNotFound, .consumerNotFound, .noCircuitBreaker, .queueInUse, .refused,
            .declined, .lost, .unsupported, .notAttempted, .outcomeUnknown, .endedAtLimit,
            .returning:
            "\(self)"
        }
    }
}
