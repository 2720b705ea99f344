import AMQPClient
import AsyncHTTPClient
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#endif

/// Words for what happens to requests.
enum HTTPFault {
    /// What the operating system or the library says, without its wrapping.
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: self.reason(error)
        case let error as NIOConnectionError:
            (error.connectionErrors.first?.error ?? error.dnsAError ?? error.dnsAAAAError)
                .map(self.reason) ?? "the host name has no address"
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case is SocketAddressError.UnknownHost: "the host name is not known"
        case ChannelError.connectTimeout: "no connection in time"
        default: SecurityFault.reason(error) ?? "\(error)"
        }
    }

    private static func reason(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout: "no connection in time"
        case .readTimeout, .deadlineExceeded: "it is silent"
        case .remoteConnectionClosed: "it closed the connection"
        case .alreadyShutdown, .cancelled: "the link was closed"
        default: error.shortDescription
        }
    }
}
