import ArgumentParser
import BrokerLink
import ConsoleRuntime
import Glibc
import Messaging
import RabbitMQLink
import UnixSignals

/// What a command works with: the link, and the log of what it changes.
struct CommandSession: Sendable {
    let link: any BrokerLink
    let broker: BrokerIdentity
    /// The broker itself when it runs in this process.
    let stored: StoredBroker?
    let auditor: Auditor

    var time: Timekeeper { self.auditor.time }

    /// Does work between its two lines in the audit log.
    ///
    /// - Parameter outcome: What the second line says.
    func audited<Value>(
        _ act: AuditedAct, _ work: () async throws(CommandFailure) -> Value,
        outcome: (Value) -> String
    ) async throws(CommandFailure) -> Value {
        try await self.auditor.audited(
            act, broker: "\(self.broker.product) \(self.broker.address)", work, outcome: outcome)
    }
}

extension CommandSession {
    /// What looking may cost: nothing where nothing may be changed.
    func allowed(_ intrusionMax: Intrusion) -> Intrusion {
        self.auditor.refusal == nil ? intrusionMax : .none
    }

    /// Looks into a queue; where nothing may be changed, only if that changes nothing.
    func browse(_ request: BrowseRequest) async throws(CommandFailure) -> BrowsePage {
        var request = request
        request.intrusionMax = self.allowed(request.intrusionMax)
        do throws(LinkError) {
            return try await self.link.browse(request)
        } catch {
            if case .tooIntrusive(let queue, let intrusion) = error,
                let refusal = self.auditor.refusal
            {
                throw CommandFailure(
                    .notAllowed,
                    "Looking into \(queue) \(intrusion.consequence): nothing was done, as "
                        + "\(refusal).")
            }
            throw CommandFailure(error)
        }
    }
}

extension LinkCommand {
    /// Opens the broker that was named, runs the command's work on it, and closes it in order.
    ///
    /// SIGINT and SIGTERM cancel the work, which then stops after the step under way; a second one
    /// ends the program at once. A failure ends the program with its exit code.
    ///
    /// - Parameter limits: How long a management API may take for an answer.
    func inSession(
        limits: ManagementLimits = .usual,
        _ work: @escaping @Sendable (CommandSession) async throws(CommandFailure) -> Void
    ) async {
        let (options, auditor, contexts) = (self.chosenBroker, self.auditor, self.contexts)
        await endingOnFailure { () async throws(CommandFailure) in
            switch try BrokerPlace.find(options, contexts) {
            case .stored(let directory):
                let broker = try await StoredBroker.open(directory, host: options.host)
                let opened = OpenedLink(link: broker.link, close: { await broker.close() })
                try await Self.run(work, on: opened, stored: broker, auditor)
            case .remote(let remote):
                try await Self.run(
                    work, on: try await RemoteLinks.open(remote, limits: limits), stored: nil,
                    auditor.restricted(by: remote))
            }
        }
    }

    private static func run(
        _ work: @Sendable (CommandSession) async throws(CommandFailure) -> Void,
        on opened: OpenedLink, stored: StoredBroker?, _ auditor: Auditor
    ) async throws(CommandFailure) {
        let result: Result<Void, CommandFailure>
        do throws(CommandFailure) {
            let session = CommandSession(
                link: opened.link,
                broker: try await asked { () async throws(LinkError) in
                    try await opened.link.probe()
                },
                stored: stored, auditor: auditor)
            try await work(session)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await opened.close()
        try result.get()
    }
}

/// Runs work that a signal cancels; its failure ends the program.
func endingOnFailure(
    _ work: @escaping @Sendable () async throws(CommandFailure) -> Void
) async {
    // Who reads standard output may stop reading: that shows when something is written.
    signal(SIGPIPE, SIG_IGN)
    // Whoever sees the first line may ask for the end at once.
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let result = await withTaskGroup(of: Result<Void, CommandFailure>?.self) { tasks in
        tasks.addTask {
            do throws(CommandFailure) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        tasks.addTask {
            for await _ in ends { break }
            return nil
        }
        tasks.addTask {
            var hasCome = false
            for await _ in signals {
                if hasCome { ExitStatus.outcomeUnknown.endProgram() }
                hasCome = true
                end.yield()
            }
            return nil
        }
        var result: Result<Void, CommandFailure>?
        for await ended in tasks {
            if let ended {
                result = ended
                break
            }
            tasks.cancelAll()
        }
        tasks.cancelAll()
        return result
    }
    if case .failure(let failure) = result { failure.endProgram() }
}

/// What a link answers, with its error as a command's.
func asked<Value: Sendable>(
    _ call: () async throws(LinkError) -> Value
) async throws(CommandFailure) -> Value {
    do throws(LinkError) {
        return try await call()
    } catch {
        throw CommandFailure(error)
    }
}
