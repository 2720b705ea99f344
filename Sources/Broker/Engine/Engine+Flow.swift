import Core
import Messaging

extension Engine {
    /// Opens or closes the circuit breaker of a queue by hand.
    package func setBreaker(
        of queue: QueueName, in host: VirtualHostName = .default, isOpen: Bool
    ) -> BreakerChange {
        self.operation { broker, now in
            broker.setBreaker(of: queue, in: host, isOpen: isOpen, now: now)
        }
    }
}
