import AMQP
import Core
import Messaging

extension Reply {
    /// The method that says it to the client.
    var method: Method {
        switch self {
        case .channelClosed: .channel(.closeOK)
        case .exchangeDeclared: .exchange(.declareOK)
        case .exchangeDeleted: .exchange(.deleteOK)
        case .queueDeclared(let queue, let messages, let consumers):
            .queue(.declareOK(queue: queue, messageCount: messages, consumerCount: consumers))
        case .exchangeBound: .exchange(.bindOK)
        case .exchangeUnbound: .exchange(.unbindOK)
        case .queueBound: .queue(.bindOK)
        case .queueUnbound: .queue(.unbindOK)
        case .queuePurged(let messages): .queue(.purgeOK(messageCount: messages))
        case .queueDeleted(let messages): .queue(.deleteOK(messageCount: messages))
        case .prefetchSet: .basic(.qosOK)
        case .consuming(let tag): .basic(.consumeOK(consumerTag: tag))
        case .cancelled(let tag): .basic(.cancelOK(consumerTag: tag))
        case .gotNothing: .basic(.getEmpty)
        case .recovered: .basic(.recoverOK)
        case .confirmsSelected: .confirm(.selectOK)
        case .transactionsSelected: .tx(.selectOK)
        case .transactionCommitted: .tx(.commitOK)
        case .transactionRolledBack: .tx(.rollbackOK)
        case .flowSet(let isActive): .channel(.flowOK(isActive: isActive))
        }
    }
}

extension CloseReason {
    /// What a close says about a method that the broker refused.
    init(_ refusal: Refusal) {
        self.init(
            code: refusal.code.rawValue, text: refusal.text, method: refusal.cause.methodID)
    }
}

extension CommandKind {
    /// The class and method id of the method that asked for it (AMQP 0-9-1, 1.3).
    fileprivate var methodID: MethodID {
        switch self {
        case .openChannel: MethodID(20, 10)
        case .setFlow: MethodID(20, 20)
        case .closeChannel: MethodID(20, 40)
        case .declareExchange: MethodID(40, 10)
        case .deleteExchange: MethodID(40, 20)
        case .bindExchange: MethodID(40, 30)
        case .unbindExchange: MethodID(40, 40)
        case .declareQueue: MethodID(50, 10)
        case .bindQueue: MethodID(50, 20)
        case .purgeQueue: MethodID(50, 30)
        case .deleteQueue: MethodID(50, 40)
        case .unbindQueue: MethodID(50, 50)
        case .setPrefetch: MethodID(60, 10)
        case .consume: MethodID(60, 20)
        case .cancel: MethodID(60, 30)
        case .publish: MethodID(60, 40)
        case .get: MethodID(60, 70)
        case .ack: MethodID(60, 80)
        case .reject: MethodID(60, 90)
        case .recoverAsync: MethodID(60, 100)
        case .recover: MethodID(60, 110)
        case .nack: MethodID(60, 120)
        case .selectConfirms: MethodID(85, 10)
        case .selectTransactions: MethodID(90, 10)
        case .commitTransaction: MethodID(90, 20)
        case .rollBackTransaction: MethodID(90, 30)
        case .none: MethodID(0, 0)
        }
    }
}
