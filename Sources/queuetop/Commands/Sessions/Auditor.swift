import ConsoleRuntime
import Messaging

/// Writes down what a command changes, or refuses it.
struct Auditor: Sendable {
    let time: Timekeeper
    private let log: AuditLog
    /// Who forbids every change of this run, such as `--read-only`; nil when nobody does.
    private let prohibition: String?
    /// What the configuration says of the broker; nil of one that is no context.
    let rules: ContextRules?

    /// - Parameter prohibition: Who forbids every change, as the subject of a sentence.
    init(time: Timekeeper, prohibition: String?, rules: ContextRules? = nil) {
        self.time = time
        self.prohibition = prohibition
        self.rules = rules
        self.log = AuditLog(path: ConsoleFiles.ofThisUser().auditLog, now: time.now)
    }

    /// Why nothing may be changed, a sentence without its stop; nil when it may.
    var refusal: String? {
        if let prohibition { return "\(prohibition) forbids it" }
        guard let rules, rules.isReadOnly else { return nil }
        return "the context \(rules.name) is read-only"
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
        if let refusal {
            throw CommandFailure(.notAllowed, "Nothing was done: \(refusal).")
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
    /// The same under the rules of the context that a broker was named by.
    func restricted(by broker: RemoteBroker) -> Auditor {
        Auditor(time: self.time, prohibition: self.prohibition, rules: broker.rules)
    }
}
