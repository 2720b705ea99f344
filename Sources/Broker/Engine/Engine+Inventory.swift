import Core
import Messaging

/// How whoever manages a broker looks at it and changes it: once a request, with one closure.
extension Engine {
    /// Reads a snapshot; `body` must be short, because everybody waits for it.
    ///
    /// - Returns: What `body` copied.
    package func snapshot<Value: Sendable>(
        _ body: @Sendable (inout Broker, Timestamp) -> Value
    ) -> Value {
        self.operation(body)
    }

    /// Adds what an operator defines, as `Broker.merge` says; it is durable when this returns.
    package func merge(_ definitions: Definitions) async -> [String] {
        let problems = self.operation { broker, now in broker.merge(definitions, now: now) }
        await self.settled()
        return problems
    }

    /// Takes a policy away, for good when this returns; whether there was such a one.
    package func removePolicy(
        _ name: String, in host: VirtualHostName, isOperator: Bool
    ) async -> Bool {
        let wasThere = self.operation { broker, now in
            broker.removePolicy(name, in: host, isOperator: isOperator, now: now)
        }
        await self.settled()
        return wasThere
    }

    // MARK: Waiting

    /// Waits until all that was changed so far is durable.
    package func settled() async {
        let commit = self.broker.lastCommit
        guard self.broker.durableCommit < commit else { return }
        await withCheckedContinuation { self.commitWaiters.append((commit, $0)) }
    }

    /// Lets those go on whose commit is durable.
    func wakeCommitWaiters(upTo commit: CommitNumber) {
        guard !self.commitWaiters.isEmpty else { return }
        for waiter in self.commitWaiters where waiter.commit <= commit {
            waiter.continuation.resume()
        }
        self.commitWaiters.removeAll { $0.commit <= commit }
    }
}
