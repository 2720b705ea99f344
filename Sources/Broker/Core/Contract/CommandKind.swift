/// Which method caused an error; the server writes its class and method id into the close.
package enum CommandKind: Hashable, Sendable {
    case publish
    case openChannel, closeChannel, setFlow
    case declareExchange, deleteExchange, bindExchange, unbindExchange
    case declareQueue, bindQueue, unbindQueue, purgeQueue, deleteQueue
    case setPrefetch, consume, cancel, get, ack, nack, reject, recover, recoverAsync
    case selectConfirms, selectTransactions, commitTransaction, rollBackTransaction
    /// The broker itself, whatever the client does.
    case none
}

extension Command {
    /// The method without its arguments.
    package var kind: CommandKind {
        switch self {
        case .openChannel: .openChannel
        case .closeChannel, .dropChannel: .closeChannel
        case .declareExchange: .declareExchange
        case .deleteExchange: .deleteExchange
        case .bind(let request): request.isOfQueue ? .bindQueue : .bindExchange
        case .unbind(let request): request.isOfQueue ? .unbindQueue : .unbindExchange
        case .declareQueue: .declareQueue
        case .purgeQueue: .purgeQueue
        case .deleteQueue: .deleteQueue
        case .setPrefetch: .setPrefetch
        case .consume: .consume
        case .cancel: .cancel
        case .get: .get
        case .ack: .ack
        case .nack: .nack
        case .reject: .reject
        case .recover(_, let isAsync): isAsync ? .recoverAsync : .recover
        case .selectConfirms: .selectConfirms
        case .selectTransactions: .selectTransactions
        case .commitTransaction: .commitTransaction
        case .rollBackTransaction: .rollBackTransaction
        case .setFlow: .setFlow
        }
    }
}

extension BindingRequest {
    var isOfQueue: Bool {
        if case .queue = self.destination { return true }
        return false
    }
}
