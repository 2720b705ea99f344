import Canvas

/// What stands where no queue is yet: how to get some.
package enum EmptyBrokerText {
    package static func draw(into canvas: inout Canvas, area: Area, in context: ScreenContext) {
        var lines: [(String, Style)] = [("No queues yet", .title), ("", .plain)]
        if let address = context.clientAddress {
            lines += [
                ("Connect any AMQP 0-9-1 client to", .plain), ("  \(address)", .accent),
                ("", .plain),
                ("or try it from another terminal:", .plain),
                ("  amqp-declare-queue -u \(address) -q hello", .muted),
                ("  amqp-publish -u \(address) -r hello -b world", .muted),
                ("", .plain),
            ]
        }
        lines.append(("queuetop --demo starts with queues and a load of its own.", .plain))
        for (row, line) in lines.prefix(area.rows).enumerated() {
            for (offset, part) in TextLines.wrapped(line.0, toColumns: area.columns).enumerated()
            where offset == 0 {
                canvas.put(part, in: area, row: row, style: line.1)
            }
        }
    }
}
