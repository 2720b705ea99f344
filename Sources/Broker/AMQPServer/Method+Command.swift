import AMQP
import Core
import Messaging

extension Method {
    /// What the broker is to do for a method that a client sent; nil for those that a connection
    /// answers by itself.
    var command: Command? {
        switch self {
        case .connection: nil
        case .channel(let method): method.command
        case .exchange(let method): method.command
        case .queue(let method): method.command
        case .basic(let method): method.command
        case .confirm(let method): method.command
        case .tx(let method): method.command
        }
    }
}

extension ChannelMethod {
    fileprivate var command: Command? {
        switch self {
        case .flow(let isActive): .setFlow(isActive: isActive)
        case .open, .openOK, .flowOK, .close, .closeOK: nil
        }
    }
}

extension ExchangeMethod {
    fileprivate var command: Command? {
        switch self {
        case .declare(let method):
            .declareExchange(
                ExchangeDeclaration(
                    name: method.exchange, type: method.type, isPassive: method.isPassive,
                    isDurable: method.isDurable, isAutoDelete: method.isAutoDelete,
                    isInternal: method.isInternal, isNoWait: method.noWait,
                    arguments: method.arguments))
        case .delete(let exchange, let ifUnused, let noWait):
            .deleteExchange(exchange, ifUnused: ifUnused, isNoWait: noWait)
        case .bind(let method): .bind(method.request)
        case .unbind(let method): .unbind(method.request)
        case .declareOK, .deleteOK, .bindOK, .unbindOK: nil
        }
    }
}

extension QueueMethod {
    fileprivate var command: Command? {
        switch self {
        case .declare(let method):
            .declareQueue(
                QueueDeclaration(
                    name: method.queue, isPassive: method.isPassive,
                    isDurable: method.isDurable, isExclusive: method.isExclusive,
                    isAutoDelete: method.isAutoDelete, isNoWait: method.noWait,
                    arguments: method.arguments))
        case .bind(let method): .bind(method.request)
        case .unbind(let method): .unbind(method.request)
        case .purge(let queue, let noWait): .purgeQueue(queue, isNoWait: noWait)
        case .delete(let method):
            .deleteQueue(
                method.queue, ifUnused: method.ifUnused, ifEmpty: method.ifEmpty,
                isNoWait: method.noWait)
        case .declareOK, .bindOK, .unbindOK, .purgeOK, .deleteOK: nil
        }
    }
}

extension QueueMethod.Binding {
    fileprivate var request: BindingRequest {
        BindingRequest(
            .queue(self.queue), to: self.exchange, routingKey: self.routingKey,
            isNoWait: self.noWait, arguments: self.arguments)
    }
}

extension ExchangeMethod.Binding {
    fileprivate var request: BindingRequest {
        BindingRequest(
            .exchange(self.destination), to: self.source, routingKey: self.routingKey,
            isNoWait: self.noWait, arguments: self.arguments)
    }
}

extension BasicMethod {
    fileprivate var command: Command? {
        switch self {
        case .qos(let bytes, let count, let isGlobal):
            .setPrefetch(count: count, bytes: bytes, isGlobal: isGlobal)
        case .consume(let method):
            // `no-local` is not heeded, as in RabbitMQ.
            .consume(
                ConsumeRequest(
                    queue: method.queue, tag: method.consumerTag, isAutoAck: method.noAck,
                    isExclusive: method.isExclusive, isNoWait: method.noWait,
                    arguments: method.arguments))
        case .cancel(let tag, let noWait): .cancel(tag, isNoWait: noWait)
        case .get(let queue, let noAck): .get(queue, isAutoAck: noAck)
        case .ack(let tag, let multiple): .ack(tag, isMultiple: multiple)
        case .nack(let tag, let multiple, let requeue):
            .nack(tag, isMultiple: multiple, isRequeue: requeue)
        case .reject(let tag, let requeue): .reject(tag, isRequeue: requeue)
        case .recover(let requeue): .recover(isRequeue: requeue, isAsync: false)
        case .recoverAsync(let requeue): .recover(isRequeue: requeue, isAsync: true)
        case .qosOK, .consumeOK, .cancelOK, .publish, .returned, .deliver, .getOK, .getEmpty,
            .recoverOK:
            nil
        }
    }
}

extension ConfirmMethod {
    fileprivate var command: Command? {
        switch self {
        case .select(let noWait): .selectConfirms(isNoWait: noWait)
        case .selectOK: nil
        }
    }
}

extension TxMethod {
    fileprivate var command: Command? {
        switch self {
        case .select: .selectTransactions
        case .commit: .commitTransaction
        case .rollback: .rollBackTransaction
        case .selectOK, .commitOK, .rollbackOK: nil
        }
    }
}
