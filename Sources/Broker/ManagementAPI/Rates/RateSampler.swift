import Core
import Engine
import ServiceLifecycle

/// Takes a sample of all counters every few seconds, as long as somebody asks for them.
///
/// When nobody has for a while it rests, so that a broker that nobody looks at does nothing; the
/// first request after that finds no rates, the next one has them.
package struct RateSampler: Service {
    /// As often as RabbitMQ gathers its statistics.
    package static let interval = Duration.seconds(5)
    /// Samples that nobody asked for until it rests: those of a minute.
    package static let unaskedMax = 12

    private let engine: Engine
    private let rates: RateBook
    private let interval: Duration

    package init(_ engine: Engine, _ rates: RateBook, every interval: Duration = Self.interval) {
        self.engine = engine
        self.rates = rates
        self.interval = interval
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var unasked = 0
            while !Task.isCancelled {
                let isAsked = self.rates.take(await self.engine.counters())
                unasked = isAsked ? 0 : unasked + 1
                if unasked >= Self.unaskedMax {
                    await self.rates.rest()
                    unasked = 0
                    continue  // Whoever asks next is to find rates as soon as can be.
                }
                try? await Task.sleep(for: self.interval)
            }
        }
    }
}
