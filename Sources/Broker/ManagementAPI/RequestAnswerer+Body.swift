import HummingbirdCore
import NIOCore

/// How bodies are read.
///
///     up to 64 KiB ── from whoever sends it, for it is only then looked at who that is
///     beyond ──────── from who may log in, while all such bodies are not too many
///     beyond 64 MiB ─ from nobody
extension RequestAnswerer {
    /// What became of a body.
    enum Body {
        /// - Parameter taken: Bytes of the budget that it holds until the request is answered.
        case whole([UInt8], taken: Int)
        /// It was not read to its end, so nothing more can be on this connection.
        case refused(APIAnswer)
    }

    func body(
        of request: Request, _ unadmitted: ManagementRouter.Unadmitted, _ router: ManagementRouter
    ) async -> Body {
        let announced = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard announced <= ManagementServer.bodyBytesMax else {
            return .refused(APIAnswer(.tooLarge))
        }
        var bytes: [UInt8] = []
        var taken = 0
        do {
            for try await buffer in request.body {
                let count = bytes.count + buffer.readableBytes
                if count > ManagementServer.bodyBytesMax {
                    self.budget.give(taken)
                    return .refused(APIAnswer(.tooLarge))
                }
                if count > ManagementServer.freeBodyBytesMax {
                    if taken == 0, let refusal = await router.refusal(of: unadmitted) {
                        return .refused(refusal)
                    }
                    guard self.budget.take(count - taken) else {
                        self.budget.give(taken)
                        return .refused(APIAnswer(.unavailable))
                    }
                    // Grown step by step it would be in memory twice.
                    if taken == 0 { bytes.reserveCapacity(announced) }
                    taken = count
                }
                bytes += buffer.readableBytesView
            }
        } catch {
            self.budget.give(taken)
            return .refused(APIAnswer(.badRequest))
        }
        return .whole(bytes, taken: taken)
    }
}
