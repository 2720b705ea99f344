import ConsoleRuntime
import Messaging

/// Writes down what a command changes, or refuses it.
struct Auditor: Sendable {
    let time: Timekeeper
    private let log: AuditLog
    let isReadOnly: Bool

    init(time: Timekeeper, isReadOnly: Bool) {
        self.time = time
        self.isReadOnly = isReadOnly
        self.log = AuditLog(path: ConsoleFiles.ofThisUser().auditLog, now: time.now)
    }

    /// Does work between its two lines in the audit log; it is not done when the first one cannot
    /// be written.
    ///
    /// - Parameters:
    ///   - broker: How the log names the broker.
    ///   - outcome: What the second line says.
    func audited<Value>(
        _ act: AuditedAct, broker: String, _ work: () async throws(CommandFailure) -> Value,
        outcome: (Value) -> String
    ) async throws(CommandFailure) -> Value {
        guard !self.isReadOnly else {
            throw CommandFailure(.notAllowed, "Nothing was done: --read-only forbids it.")
        }
        let number: Int
        do throws(AuditError) {
            number = try await self.log.begin(act, broker: broker)
        } catch {
            throw CommandFailure(error)
        }
        let result: Result<Value, CommandFailure>
        do throws(CommandFailure) {
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        do throws(AuditError) {
            switch result {
            case .success(let value): try await self.log.end(number, outcome: outcome(value))
            case .failure(let failure):
                try await self.log.end(number, outcome: "failed: \(failure)")
            }
        } catch {
            StandardStream.error.write("queuetop: it was done, but \(error)\n")
        }
        return try result.get()
    }
}

extension Auditor {
    /// The same, which refuses what changes a broker that is read-only by its context.
    func restricted(by broker: RemoteBroker) -> Auditor {
        Auditor(time: self.time, isReadOnly: self.isReadOnly || broker.isReadOnly)
    }
}
