// The extension that adds the picture of the visitor to an alarm.

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface UNNotificationServiceExtension : NSObject
- (void)serviceExtensionTimeWillExpire;
@end

@interface HaldenNotify : UNNotificationServiceExtension
@end
@implementation HaldenNotify
- (void)serviceExtensionTimeWillExpire {
  [super serviceExtensionTimeWillExpire];
}
@end

int main(void) {
  [HaldenNotify new];
  return 0;
}
