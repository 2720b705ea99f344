import Core
import Engine
import Messaging

/// What somebody may do under `queuetop/` that AMQP has permissions for; administrators may all.
extension ManagementContext {
    /// - Throws: 401 as RabbitMQ says it where AMQP refuses.
    func requireReading(_ request: APIRequest) async throws(APIFailure) {
        guard !request.account.may(.administrator) else { return }
        let (user, queue, host) = (request.account.user, request.queue, request.host)
        let may = await self.engine.snapshot { broker, _ in
            broker.allows(user, toRead: queue, in: host)
        }
        guard may else { throw .notAuthorised(Access.anybody.refusal) }
    }

    /// - Parameter queue: nil is whichever queue a message came from.
    /// - Throws: 401 as RabbitMQ says it where AMQP refuses.
    func requireWriting(
        to queue: QueueName?, _ request: APIRequest
    ) async throws(APIFailure) {
        guard !request.account.may(.administrator) else { return }
        let (user, host) = (request.account.user, request.host)
        let may = await self.engine.snapshot { broker, _ in
            broker.allows(user, toWrite: queue, in: host)
        }
        guard may else { throw .notAuthorised(Access.anybody.refusal) }
    }
}

extension ManagementAccount {
    fileprivate var user: UserName { UserName(self.name) }
}
